import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';

/** How easily a password is guessed: 0 and 1 are refused by the server, 4 is the best. */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** As on the server: its work grows faster than the length, and what comes after can only make a password stronger. */
export const estimatedLength = 64;

/** Some megabytes, made once: this module is loaded when somebody begins to choose a password. */
const estimator = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  maxLength: estimatedLength,
  l33tMaxSubstitutions: 2,
});

/** `known`: what the person is called, which is what somebody who knows them tries first. */
export function strengthOf(password: string, known: readonly string[]): Strength {
  const words = known.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  return estimator.check(password.slice(0, estimatedLength), ['atelier', ...words]).score;
}
