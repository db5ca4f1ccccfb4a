import { QueryFailedError } from 'typeorm';
import { describe, expect, test } from 'vitest';
import { isForeignKeyViolation, isTransient, isUniqueViolation, sqlState } from './database-errors.ts';

const failure = (code: string) => Object.assign(new Error('refused'), { code });

describe("PostgreSQL's code of a failure", () => {
  test.each([
    ['the driver’s error', failure('23505'), '23505'],
    ['TypeORM’s error around it', new QueryFailedError('SELECT 1', [], failure('40P01')), '40P01'],
    ['an error that names it as its cause', new Error('no', { cause: failure('40001') }), '40001'],
    ['a cause of a cause', new Error('no', { cause: new Error('no', { cause: failure('XX000') }) }), 'XX000'],
    ['a refused connection', failure('ECONNREFUSED'), null],
    ['a broken pipe, whose code has five letters too', failure('EPIPE'), null],
    ['a broken pipe whose cause is PostgreSQL', Object.assign(failure('EPIPE'), { cause: failure('57P01') }), '57P01'],
    ['an error without a code', new Error('40001'), null],
    ['a code in small letters', failure('40p01'), null],
    ['a code that is a number', Object.assign(new Error('no'), { code: 40_001 }), null],
    ['what is no error', { code: '40001' }, null],
    ['nothing', undefined, null],
  ])('of %s', (_what, error, expected) => {
    expect(sqlState(error)).toBe(expected);
  });
});

test('only a serialisation failure and a deadlock may be tried again', () => {
  const all = ['40001', '40P01', '40002', '40003', '23505', '55P03', '57014', '57P01', '08006', '25P02'];

  expect(all.filter((code) => isTransient(failure(code)))).toEqual(['40001', '40P01']);
});

test('a unique violation and one of a foreign key are told from other violations', () => {
  const all = ['23000', '23502', '23503', '23505', '23514', '23P01'];

  expect(all.filter((code) => isUniqueViolation(failure(code)))).toEqual(['23505']);
  expect(all.filter((code) => isForeignKeyViolation(failure(code)))).toEqual(['23503']);
});
