import type { Model } from '@atelier/agent/ports';
import { inlineTextBytes } from '@atelier/contracts/files';
import { messageMaxCharacters } from '@atelier/contracts/messages';
import type { SignInProvider } from '@atelier/contracts/oauth';
import type { Capability, SystemAbout, SystemStatus } from '@atelier/contracts/system';
import type { Operation } from '@atelier/entities/operation';
import type { SandboxState } from '@atelier/sandbox/ports';

export interface SystemDeps {
  readonly hasUsers: (op: Operation) => Promise<boolean>;
  readonly hasOwner: (op: Operation) => Promise<boolean>;
  readonly registration: () => Promise<SystemStatus['registration']>;
  /** Whether mail reaches people. */
  readonly isMailOn: boolean;
  /** Who answers an organisation; null: one that has arranged nothing of its own. */
  readonly modelOf: (op: Operation, organisationId: string | null) => Promise<Model>;
  readonly sandbox: SandboxState;
  readonly signInProviders: readonly SignInProvider[];
  readonly version: string;
  readonly limits: { readonly fileBytes: number; readonly workspaceBytes: number };
  readonly modelStallMs: number;
}

/** What this installation is and can do. */
export class SystemService {
  readonly #deps: SystemDeps;
  constructor(deps: SystemDeps) {
    this.#deps = deps;
  }

  async status(op: Operation): Promise<SystemStatus> {
    const [hasUsers, hasOwner] = [await this.#deps.hasUsers(op), await this.#deps.hasOwner(op)];
    const registration = await this.#deps.registration();
    const { version, signInProviders } = this.#deps;
    const capabilities = hasUsers ? [] : [...(await this.capabilities(op, null))];
    return { version, hasUsers, hasOwner, registration, signInProviders: [...signInProviders], capabilities };
  }

  async about(op: Operation, organisationId: string): Promise<SystemAbout> {
    const { version, limits, modelStallMs } = this.#deps;
    const model = await this.#deps.modelOf(op, organisationId);
    return {
      version,
      model: { id: model.id, label: model.label, isOffline: model.isOffline },
      capabilities: [...(await this.capabilities(op, organisationId))],
      limits: {
        fileBytes: limits.fileBytes,
        workspaceBytes: limits.workspaceBytes,
        inlineTextBytes,
        messageCharacters: messageMaxCharacters,
        modelStallSeconds: modelStallMs / 1000,
      },
    };
  }

  /** What is on and what is off, for an organisation, or where nothing is arranged yet. */
  async capabilities(op: Operation, organisationId: string | null): Promise<readonly Capability[]> {
    const { signInProviders, isMailOn, sandbox } = this.#deps;
    const model = await this.#deps.modelOf(op, organisationId);
    const names = signInProviders.map(({ name }) => name).join(', ');
    return [
      {
        name: 'model',
        isOn: !model.isOffline,
        label: model.isOffline ? 'No model provider: the offline model answers' : `Model: ${model.label}`,
        remedy: model.isOffline
          ? 'Settings, Models: add a provider (or OPENAI_BASE_URL=… OPENAI_API_KEY=… MODEL=… npm start)'
          : null,
      },
      {
        name: 'mail',
        isOn: isMailOn,
        label: isMailOn
          ? 'Mail: addresses are verified, and passwords reset by a link'
          : 'No mail: addresses are not verified, registering by domain is closed, and what would be mailed lies in the data folder',
        remedy: isMailOn ? null : 'SMTP_URL=… MAIL_FROM=… npm start',
      },
      {
        name: 'sandbox',
        isOn: sandbox.isProven,
        label: sandbox.isProven
          ? 'Sandbox: the agent runs commands, each shut off from this machine'
          : `No commands: ${sandbox.reason}`,
        remedy: sandbox.isProven ? null : sandbox.remedy,
      },
      {
        name: 'oauth',
        isOn: signInProviders.length > 0,
        label: signInProviders.length > 0 ? `Sign-in with ${names}` : 'No sign-in with Google or GitHub',
        remedy:
          signInProviders.length > 0
            ? null
            : 'GOOGLE_CLIENT_ID=… GOOGLE_CLIENT_SECRET=… npm start (see docs/guides/oauth-setup.md)',
      },
    ];
  }
}
