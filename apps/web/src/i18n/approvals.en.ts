/** The words of the pages about rules for agents. Another language has the same keys; the compiler sees to it. */
export const approvalsEn = {
  text: 'What agents may do for you. Without a rule they read and write the files of their workspace, and ask before they run a command or reach the network.',
  order:
    'One rule that denies is enough. What your organisation wants asked is asked. Otherwise the rule that says the most decides, and yours before the organisation’s. Each command of a command line has to be allowed.',
  organisationText:
    'For everybody in this organisation. Nobody can allow themselves what is denied here, or skip what is to be asked.',
  own: 'Your rules',
  ownNone: 'No rule of your own yet.',
  organisation: 'Rules of the organisation',
  organisationNone: 'The organisation has made no rule.',
  viewer: 'Your role has no agents answer, so there is nothing to make rules for.',
  by: { person: 'You', organisation: 'Organisation' },
  action: { allow: 'Allow', ask: 'Ask', deny: 'Deny' },
  says: {
    allow: 'Done without asking.',
    ask: 'Asked each time.',
    deny: 'Never done, and not asked.',
  },
  add: {
    title: 'New rule',
    tool: 'Tool',
    toolHint: 'Its name; * stands for any.',
    pattern: 'What it is about',
    patternHint: 'A command, path or address; * stands for any text.',
    action: 'What happens',
    missing: 'Say what the rule is about. * is everything.',
    toolMissing: 'Say which tool. * is every one.',
    submit: 'Add the rule',
    added: 'The rule holds from the next call on.',
    examples: 'For example',
  },
  example: {
    allow: 'Run tests without asking',
    ask: 'Ask before each push',
    deny: 'Never write secrets',
  },
  removeOf: 'Remove the rule {{tool}} {{pattern}}',
  remove: 'Remove',
  removed: 'The rule was removed.',
};

/** The same keys in another language. */
export type ApprovalsWords = typeof approvalsEn;
