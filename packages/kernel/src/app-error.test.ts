import { expect, test } from 'vitest';
import { AppError } from './app-error.ts';
import { errorCatalogue } from './errors.ts';

test('an error speaks in the words of the catalogue, never in those of its cause', () => {
  const cause = new Error('connect postgres://atelier:hunter2@db');

  const error = new AppError('service.unavailable', { cause });

  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe('AppError');
  expect(error.code).toBe('service.unavailable');
  expect(error.message).toBe(errorCatalogue['service.unavailable'].message);
  expect(error.cause).toBe(cause);
});

test('an error carries its details and when to try again', () => {
  const error = new AppError('auth.busy', {
    details: { waiting: 12, isFull: true, queue: 'sign-in' },
    retryAfterMs: 750,
  });

  expect(error.details).toEqual({ waiting: 12, isFull: true, queue: 'sign-in' });
  expect(error.retryAfterMs).toBe(750);
});

test('an error without options has no details, no cause and no time to wait', () => {
  const error = new AppError('session.not_found');

  expect([error.details, error.cause, error.retryAfterMs]).toEqual([undefined, undefined, undefined]);
});
