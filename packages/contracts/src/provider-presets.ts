import type { ProviderKind } from './models.ts';

/** A provider that many people use, so that only its key has to be typed. */
export interface ProviderPreset {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  /** Up to and including the version. */
  readonly baseUrl: string;
  readonly needsKey: boolean;
  /** What a person should know before choosing it; null: nothing. */
  readonly note: string | null;
}

const localNote = 'Runs on your own machine. From inside docker compose that is host.docker.internal.';

/** In the order in which they are offered. */
export const providerPresets = [
  {
    id: 'openai',
    name: 'OpenAI',
    kind: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    needsKey: true,
    note: null,
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    kind: 'anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
    needsKey: true,
    note: null,
  },
  {
    id: 'google',
    name: 'Google',
    kind: 'google',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    needsKey: true,
    note: 'A key of Google AI Studio.',
  },
  {
    id: 'openrouter',
    name: 'OpenRouter',
    kind: 'openai_compatible',
    baseUrl: 'https://openrouter.ai/api/v1',
    needsKey: true,
    note: 'Models of many makers behind one key.',
  },
  {
    id: 'together',
    name: 'Together',
    kind: 'openai_compatible',
    baseUrl: 'https://api.together.xyz/v1',
    needsKey: true,
    note: null,
  },
  {
    id: 'moonshot',
    name: 'Moonshot (Kimi)',
    kind: 'openai_compatible',
    baseUrl: 'https://api.moonshot.ai/v1',
    needsKey: true,
    note: 'An account in China has its own address: https://api.moonshot.cn/v1.',
  },
  {
    id: 'zai',
    name: 'Z.ai (GLM)',
    kind: 'openai_compatible',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    needsKey: true,
    note: 'A coding plan has its own address: https://api.z.ai/api/coding/paas/v4.',
  },
  {
    id: 'deepseek',
    name: 'DeepSeek',
    kind: 'openai_compatible',
    baseUrl: 'https://api.deepseek.com/v1',
    needsKey: true,
    note: null,
  },
  {
    id: 'mistral',
    name: 'Mistral',
    kind: 'openai_compatible',
    baseUrl: 'https://api.mistral.ai/v1',
    needsKey: true,
    note: null,
  },
  {
    id: 'groq',
    name: 'Groq',
    kind: 'openai_compatible',
    baseUrl: 'https://api.groq.com/openai/v1',
    needsKey: true,
    note: null,
  },
  {
    id: 'xai',
    name: 'xAI',
    kind: 'openai_compatible',
    baseUrl: 'https://api.x.ai/v1',
    needsKey: true,
    note: null,
  },
  {
    id: 'ollama',
    name: 'Ollama',
    kind: 'openai_compatible',
    baseUrl: 'http://localhost:11434/v1',
    needsKey: false,
    note: localNote,
  },
  {
    id: 'vllm',
    name: 'vLLM',
    kind: 'openai_compatible',
    baseUrl: 'http://localhost:8000/v1',
    needsKey: false,
    note: `${localNote} Start it with --enable-auto-tool-choice, or the agent has no tools.`,
  },
  {
    id: 'llama_cpp',
    name: 'llama.cpp',
    kind: 'openai_compatible',
    baseUrl: 'http://localhost:8080/v1',
    needsKey: false,
    note: `${localNote} Start it with --jinja, or the agent has no tools.`,
  },
  {
    id: 'lm_studio',
    name: 'LM Studio',
    kind: 'openai_compatible',
    baseUrl: 'http://localhost:1234/v1',
    needsKey: false,
    note: localNote,
  },
] as const satisfies readonly ProviderPreset[];

export type ProviderPresetId = (typeof providerPresets)[number]['id'];
