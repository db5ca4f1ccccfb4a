/** The words of choosing who answers. Another language has the same keys; the compiler sees to it. */
export const choiceEn = {
  title: 'Who answers',
  button: 'Who answers: {{name}}',
  retryWith: 'Retry with another model',
  search: 'Find a model',
  nothing: 'No model fits.',
  usual: 'As usual',
  usualIs: 'As usual: {{name}}',
  offline: 'Offline model',
  usualNote: 'What your organisation has set',
  chains: 'Chains',
  inOrder: 'In this order: {{names}}',
  window: '{{tokens}} tokens',
  price: '{{input}} in, {{output}} out for a million',
  noPrice: 'Price unknown',
  chosen: 'Chosen',
  gone: '{{name}} cannot be used now. What is usual answers instead.',
  retry: 'The list cannot be had now.',
  context: {
    title: 'Context',
    button: 'Context: {{share}} full',
    buttonUnknown: 'Context: {{tokens}}',
    of: '{{tokens}} of {{window}} tokens',
    tokens: '{{tokens}} tokens',
    inContext: 'In the context',
    window: 'Window',
    unknown: 'Size unknown',
    used: 'Used in this session',
    inAndOut: '{{input}} in, {{output}} out',
    cost: 'Cost',
    soon: 'Nearly full: what is oldest will be summed up soon. The originals stay in the chat.',
    later: 'When it is nearly full, what is oldest is summed up.',
    noWindow: 'Nobody has said how much this model can be told.',
  },
} as const;

type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> };
export type ChoiceWords = Words<typeof choiceEn>;
