import type { ApprovalsWords } from './approvals.en.ts';

export const approvalsDe: ApprovalsWords = {
  text: 'Was Agenten für Sie tun dürfen. Ohne Regel lesen und schreiben sie die Dateien ihres Arbeitsbereichs und fragen, bevor sie einen Befehl ausführen oder ins Netz gehen.',
  order:
    'Eine Regel, die verbietet, genügt. Was Ihre Organisation gefragt haben will, wird gefragt. Sonst entscheidet die Regel, die am meisten sagt, und Ihre vor der der Organisation. Jeder Befehl einer Befehlszeile muss erlaubt sein.',
  organisationText:
    'Für alle in dieser Organisation. Niemand kann sich erlauben, was hier verboten ist, oder überspringen, was gefragt werden soll.',
  own: 'Ihre Regeln',
  ownNone: 'Noch keine eigene Regel.',
  organisation: 'Regeln der Organisation',
  organisationNone: 'Die Organisation hat keine Regel.',
  viewer: 'In Ihrer Rolle antworten keine Agenten, also gibt es nichts zu regeln.',
  by: { person: 'Sie', organisation: 'Organisation' },
  action: { allow: 'Erlauben', ask: 'Fragen', deny: 'Verbieten' },
  says: {
    allow: 'Geschieht ohne Frage.',
    ask: 'Wird jedes Mal gefragt.',
    deny: 'Geschieht nie und wird nicht gefragt.',
  },
  add: {
    title: 'Neue Regel',
    tool: 'Werkzeug',
    toolHint: 'Sein Name; * steht für jedes.',
    pattern: 'Worum es geht',
    patternHint: 'Befehl, Pfad oder Adresse; * steht für beliebigen Text.',
    action: 'Was geschieht',
    missing: 'Sagen Sie, worum es geht. * ist alles.',
    toolMissing: 'Sagen Sie, welches Werkzeug. * ist jedes.',
    submit: 'Regel hinzufügen',
    added: 'Die Regel gilt ab dem nächsten Aufruf.',
    examples: 'Zum Beispiel',
  },
  example: {
    allow: 'Tests ohne Frage ausführen',
    ask: 'Vor jedem Push fragen',
    deny: 'Nie Geheimnisse schreiben',
  },
  removeOf: 'Regel {{tool}} {{pattern}} entfernen',
  remove: 'Entfernen',
  removed: 'Die Regel wurde entfernt.',
};
