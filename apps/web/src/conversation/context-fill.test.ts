import type { AvailableModels } from '@atelier/contracts/available-models';
import { agentId, chainId, modelId } from '@atelier/contracts/ids';
import type { ChosenModel } from '@atelier/contracts/model-choice';
import type { RunDto } from '@atelier/contracts/runs';
import { newId } from '@atelier/kernel/ids';
import { describe, expect, test } from 'vitest';
import { message, run, session } from '../../../../packages/contracts/test/samples.ts';
import { contextFill, isNearlyFull, percentOf } from './context-fill.ts';

const features = { tools: true, images: false, reasoning: false };
const described = (label: string, contextWindow: number | null) => ({
  id: modelId.parse(newId()),
  label,
  provider: 'Lab',
  contextWindow,
  maxOutputTokens: null,
  price: null,
  features,
  largestPicture: null,
});
const wide = described('wide', 100_000);
const unsaid = described('unsaid', null);
const chain = {
  id: chainId.parse(newId()),
  name: 'Steady',
  scope: 'organisation' as const,
  isDefault: false,
  modelIds: [wide.id, unsaid.id],
};
const available: AvailableModels = {
  models: [wide, unsaid],
  chains: [chain],
  standard: { label: 'usual', contextWindow: 2000, largestPicture: null },
};

const answer = (n: number, over: Partial<RunDto>) => ({
  ...message(2 * n, { run: run(n, { state: 'succeeded', model: 'narrow', ...over }) }),
  seq: 2 * n,
});
const context = { tokens: 800, window: 1000 };
const fillOf = (model: ChosenModel | null, over: Partial<RunDto> = {}) =>
  contextFill({ session: session({ model }), messages: [answer(1, { context, ...over })] }, available);

describe('how full the window is', () => {
  test('is not said before the first answer', () => {
    expect(contextFill({ session: session(), messages: [] }, available)).toBeNull();
    expect(fillOf(null, { context: null })).toBeNull();
  });

  test('is measured by the model at work, and afterwards by the one that is asked next', () => {
    const byModel: ChosenModel = { choice: { kind: 'model', modelId: wide.id }, name: 'wide' };
    const byChain: ChosenModel = { choice: { kind: 'chain', chainId: chain.id }, name: 'Steady' };

    expect(fillOf(byModel, { state: 'running' })).toEqual({ ...context, model: 'narrow' });
    expect(fillOf(byModel)).toEqual({ tokens: 800, window: 100_000, model: 'wide' });
    expect(fillOf(byChain)).toEqual({ tokens: 800, window: 100_000, model: 'wide' });
    expect(fillOf(null)).toEqual({ tokens: 800, window: 2000, model: 'usual' });
  });

  test('is tokens only where nobody has said how much that model can be told', () => {
    const fill = fillOf({ choice: { kind: 'model', modelId: unsaid.id }, name: 'unsaid' });

    expect(fill).toEqual({ tokens: 800, window: null, model: 'unsaid' });
    expect(fill && [percentOf(fill), isNearlyFull(fill)]).toEqual([null, false]);
  });

  test('is measured by what is usual where what was chosen is gone', () => {
    expect(fillOf({ choice: null, name: 'gone' })?.window).toBe(2000);
  });

  test('is that of the last answer where an agent brings a model of its own, or nothing is known yet', () => {
    const messages = [answer(1, { context })];
    const withAgent = session({ agent: { id: agentId.parse(newId()), name: 'Writer' } });

    expect(contextFill({ session: withAgent, messages }, available)).toEqual({ ...context, model: 'narrow' });
    expect(contextFill({ session: session(), messages }, undefined)?.window).toBe(1000);
  });

  test('is not what a check of a stage was told', () => {
    const messages = [answer(1, { context }), answer(2, { context: { tokens: 5, window: 1000 }, isCheck: true })];

    expect(contextFill({ session: session(), messages }, undefined)?.tokens).toBe(800);
  });

  test('is nearly full from three quarters on', () => {
    const fill = { tokens: 749, window: 1000, model: 'narrow' };

    expect([isNearlyFull(fill), isNearlyFull({ ...fill, tokens: 750 })]).toEqual([false, true]);
    expect([percentOf(fill), percentOf({ ...fill, tokens: 1500 })]).toEqual([75, 150]);
  });
});
