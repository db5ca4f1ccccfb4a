import { describe, expect, test } from 'vitest';
import { errorOf, OrganisationChangedError, RouteError } from './errors.ts';

const app = { code: 'session.stale', message: 'Look again.', retryable: false } as const;

describe('what the server said of a failure', () => {
  test('is found in an error of a procedure and in one of a route', () => {
    expect(errorOf(Object.assign(new Error('x'), { data: { app } }))).toEqual(app);
    expect(errorOf(new RouteError(409, { error: app }))).toEqual(app);
  });

  test('is found in what the client itself threw below a procedure', () => {
    const wrapped = new Error('x', { cause: new OrganisationChangedError() });
    expect(errorOf(wrapped)?.code).toBe('organisation.changed');
  });

  test.each<[string, unknown]>([
    ['a network that is away', new TypeError('fetch failed')],
    ['a proxy that answers for the server', new RouteError(502, '<html>Bad gateway</html>')],
    ['an answer of another shape', new RouteError(500, { error: { code: 'session.on_fire' } })],
    ['an error with other data', Object.assign(new Error('x'), { data: { app: { code: 7 } } })],
    ['an error with no data', Object.assign(new Error('x'), { data: null })],
    ['nothing', null],
    ['a text', 'x'],
  ])('is nothing for %s', (_name, error) => {
    expect(errorOf(error)).toBeNull();
  });

  test('is what a route error reads as', () => {
    expect(new RouteError(409, { error: app }).message).toBe('Look again.');
    expect(new RouteError(502, null).message).toBe('The server answered 502.');
  });
});
