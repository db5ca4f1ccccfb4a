import type { ChoiceWords } from './choice.en.ts';

export const choiceDe: ChoiceWords = {
  title: 'Wer antwortet',
  button: 'Wer antwortet: {{name}}',
  search: 'Modell suchen',
  nothing: 'Kein Modell passt.',
  usual: 'Wie üblich',
  usualIs: 'Wie üblich: {{name}}',
  offline: 'Offline-Modell',
  usualNote: 'Was Ihre Organisation eingestellt hat',
  chains: 'Ketten',
  inOrder: 'In dieser Reihenfolge: {{names}}',
  window: '{{tokens}} Token',
  price: '{{input}} ein, {{output}} aus je Million',
  noPrice: 'Preis unbekannt',
  chosen: 'Gewählt',
  gone: '{{name}} kann gerade nicht genutzt werden. Stattdessen antwortet das Übliche.',
  retry: 'Die Liste ist gerade nicht zu bekommen.',
};
