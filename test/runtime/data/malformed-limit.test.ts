import { expect, test } from 'vitest';
import { DataError } from '../../../runtime/data/data-error.ts';
import { checkMalformed } from '../../../runtime/data/malformed-limit.ts';
import type { MalformedRows } from '../../../runtime/data/types.ts';

const found = (count: number, rows: number): MalformedRows => ({
  count,
  rows,
  kinds: { column_null: count },
  examples: Array.from({ length: Math.min(count, 2) }, (_, index) => ({
    kind: 'column_null',
    file: 'd/a.jsonl',
    line: index + 1,
    reason: 'column `text` is null',
  })),
});

test('up to the limit is accepted, exactly', () => {
  expect(() => checkMalformed('web', found(1, 100), '0.01')).not.toThrow();
  expect(() => checkMalformed('web', found(100, 300), '1/3')).not.toThrow();
  expect(() => checkMalformed('web', found(0, 1), '0')).not.toThrow();
  expect(() => checkMalformed('web', found(101, 300), '1/3')).toThrow(DataError);
});

test('above it: numbers, limit and the first places', () => {
  let error: unknown;
  try {
    checkMalformed('web', found(3, 1200), '0.001');
  } catch (caught) {
    error = caught;
  }
  expect(error).toMatchObject({
    message: 'dataset `web`: 3 of 1,200 rows are malformed (0.25%), above `max_malformed = 0.1%`',
    details: ['d/a.jsonl:1: column `text` is null', 'd/a.jsonl:2: column `text` is null', 'and 1 more'],
  });
});

test('a dataset without a usable row is an error whatever the limit', () => {
  expect(() => checkMalformed('web', found(5, 5), '1')).toThrow('dataset `web` has no row that can be used: all 5');
  expect(() => checkMalformed('web', found(0, 0), '1')).toThrow('dataset `web` is empty: its files hold no row');
});
