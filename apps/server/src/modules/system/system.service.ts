import type { Model } from '@atelier/agent/ports';
import { inlineTextBytes } from '@atelier/contracts/files';
import { messageMaxCharacters } from '@atelier/contracts/messages';
import type { SignInProvider } from '@atelier/contracts/oauth';
import type { Capability, SystemAbout, SystemStatus } from '@atelier/contracts/system';
import type { Operation } from '@atelier/entities/operation';

export interface SystemDeps {
  readonly hasUsers: (op: Operation) => Promise<boolean>;
  readonly hasOwner: (op: Operation) => Promise<boolean>;
  readonly registration: () => Promise<SystemStatus['registration']>;
  /** Whether mail reaches people. */
  readonly isMailOn: boolean;
  readonly model: Model;
  readonly signInProviders: readonly SignInProvider[];
  readonly version: string;
  readonly limits: { readonly fileBytes: number; readonly workspaceBytes: number };
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
    const capabilities = hasUsers ? [] : [...this.capabilities()];
    return { version, hasUsers, hasOwner, registration, signInProviders: [...signInProviders], capabilities };
  }

  about(): SystemAbout {
    const { model, version, limits } = this.#deps;
    return {
      version,
      model: { id: model.id, label: model.label, isOffline: model.isOffline },
      capabilities: [...this.capabilities()],
      limits: {
        fileBytes: limits.fileBytes,
        workspaceBytes: limits.workspaceBytes,
        inlineTextBytes,
        messageCharacters: messageMaxCharacters,
      },
    };
  }

  capabilities(): readonly Capability[] {
    const { model, signInProviders, isMailOn } = this.#deps;
    const names = signInProviders.map(({ name }) => name).join(', ');
    return [
      {
        name: 'model',
        isOn: !model.isOffline,
        label: model.isOffline ? 'No model provider: the offline model answers' : `Model: ${model.label}`,
        remedy: model.isOffline ? 'OPENAI_BASE_URL=https://api.openai.com/v1 OPENAI_API_KEY=… MODEL=… npm start' : null,
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
        isOn: false,
        label: 'No sandbox: the agent works with files only and runs no commands',
        remedy: 'Not in this version yet',
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
