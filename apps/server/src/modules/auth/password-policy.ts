import { AppError } from '@atelier/kernel/app-error';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** What whoever chooses a password is known by: the first thing somebody tries who knows them. */
export interface PasswordContext {
  readonly email: string;
  readonly name: string;
  readonly organisation?: string | undefined;
}

type PasswordWeakness = 'common' | 'context' | 'guessable';

interface Strength {
  readonly common: ReadonlySet<string>;
  readonly estimator: ZxcvbnFactory;
}

const minLength = 8;
const commonCount = 10_000;
/**
 * Below a million guesses (score 2). Signing in is throttled to some hundred tries a day, so that a million take years;
 * and argon2id makes a stolen table slow to search. More would refuse what honest people choose, and they would
 * write down what they are forced to.
 */
const minScore = 2;
/**
 * The estimator's work grows faster than the length, and with every character that stands for another. With these bounds
 * the worst text takes some tens of milliseconds; without them a second. What comes after can only make it stronger.
 */
const estimatedLength = 64;
const substitutions = 2;
const shortestWord = 3;

/** Refuses passwords that are tried first, with lists that are part of the program: no address is asked. */
export class PasswordPolicy {
  #loaded: Promise<Strength> | null = null;

  /** @throws AppError `auth.password_weak`; its `reason` is a `PasswordWeakness`. */
  async check(password: string, context: PasswordContext): Promise<void> {
    this.#loaded ??= load();
    const reason = weaknessOf(password, wordsOf(context), await this.#loaded);
    if (reason) throw new AppError('auth.password_weak', { details: { reason } });
  }
}

function weaknessOf(password: string, words: readonly string[], strength: Strength): PasswordWeakness | null {
  const folded = fold(password);
  if (strength.common.has(folded)) return 'common';
  if (words.some((word) => folded.includes(word)) && isLittle(without(folded, words))) return 'context';
  const { score, sequence } = strength.estimator.check(password.slice(0, estimatedLength), [...words]);
  if (score >= minScore) return null;
  return sequence.some((match) => match.dictionaryName === 'userInputs') ? 'context' : 'guessable';
}

/** A year, a number or a sign beside a name is what everybody adds. */
function isLittle(rest: string): boolean {
  return [...rest.replace(/[^\p{L}\p{N}]/gu, '').replace(/(19|20)\d\d/, '')].length < 4;
}

function without(text: string, words: readonly string[]): string {
  return words.reduce((rest, word) => rest.replaceAll(word, ' '), text);
}

/** Longest first, so that a part of a word does not leave the rest of it behind. */
function wordsOf({ email, name, organisation = '' }: PasswordContext): readonly string[] {
  const parts = [email, name, organisation].flatMap((text) => {
    const folded = fold(text);
    const split = folded.split(/[^\p{L}\p{N}]+/u);
    return [folded, ...folded.split('@'), split.join(''), ...split];
  });
  const words = ['atelier', ...parts].filter((word) => word.length >= shortestWord);
  return [...new Set(words)].sort((a, b) => b.length - a.length).slice(0, 50);
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}

/** The lists are some megabytes: they are read when the first password is chosen. */
async function load(): Promise<Strength> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  // Sorted by how often they were met. Shorter ones cannot be chosen anyway.
  const passwords = common.dictionary['passwords-common'].filter((password) => password.length >= minLength);
  return {
    common: new Set(passwords.slice(0, commonCount)),
    estimator: new ZxcvbnFactory({
      dictionary: { ...common.dictionary, ...english.dictionary },
      graphs: common.adjacencyGraphs,
      maxLength: estimatedLength,
      l33tMaxSubstitutions: substitutions,
    }),
  };
}
