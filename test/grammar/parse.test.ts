import { expect, test } from 'vitest';
import { type Expression, parse } from '../../grammar/index.ts';
import { FULL_RECIPE } from '../support/recipe-texts.ts';

/** A tree without spans, numbers as their exact value. */
function plain(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(plain);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key]) => !/span$/i.test(key));
  const object = Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
  if (object.kind === 'number') return `${object.numerator}/${object.denominator}`;
  return object.kind === 'name' ? object.text : object;
}

function parsedValue(expression: string): Expression {
  const { file, problems } = parse(`recipe r\nx = ${expression}\n`, 'f');
  expect(problems).toEqual([]);
  const item = file.items[0]!;
  if (item.kind !== 'attribute') throw new Error(`an attribute was expected, not ${item.kind}`);
  return item.value;
}

function entryOf(entry: string): unknown {
  const { file, problems } = parse(`recipe r\ndataset d {\n${entry}\n}\n`, 'f');
  expect(problems).toEqual([]);
  const block = file.items[0]!;
  if (block.kind !== 'block') throw new Error(`a block was expected, not ${block.kind}`);
  expect(block.entries).toHaveLength(1);
  return plain(block.entries[0]);
}

test('a recipe with every construct has no problem and nothing is left out', () => {
  const { file, problems } = parse(FULL_RECIPE, 'f');
  expect(problems).toEqual([]);
  expect(file.incomplete).toBe(false);
  expect(file.header).toMatchObject({ name: { text: 'full' }, extends: { value: 'base.smol' } });
  expect(file.header?.documentation).toBe('All of the language');
  expect(file.items.map((item) => item.kind).join(' ')).toBe(
    'attribute use let allow block block block block block block block block',
  );
  expect(file.items[4]).toMatchObject({ documentation: 'English web', name: { text: 'fineweb_edu' } });
  expect(file.items[5]).toMatchObject({ documentation: null });
});

test.each([
  ['5e-4', '1/2000'],
  ['11T', '11000000000000/1'],
  ['0.08', '2/25'],
  ['10_000', '10000/1'],
  ['8Ki', '8192/1'],
  ['1.5k', '1500/1'],
  ['2Ti', '2199023255552/1'],
])('%s is exact', (text, exact) => {
  expect(plain(parsedValue(text))).toMatchObject({ kind: 'quantity', number: exact, unit: null, per: null });
});

test('expressions group to the left and by strength', () => {
  const unit = (number: string) => ({ kind: 'quantity', number, unit: null, per: null });
  const product = { kind: 'binary', operator: '*', left: unit('2/1'), right: unit('3/1') };
  const difference = { kind: 'binary', operator: '-', left: unit('1/1'), right: product };
  expect(plain(parsedValue('1 - 2 * 3 + 4'))).toEqual({
    kind: 'binary',
    operator: '+',
    left: difference,
    right: unit('4/1'),
  });
});

test('values of every kind', () => {
  expect(plain(parsedValue('2.50 usd per gpu_hour'))).toMatchObject({ number: '5/2', unit: 'usd', per: 'gpu_hour' });
  expect(plain(parsedValue('90%'))).toEqual({ kind: 'percent', number: '90/1' });
  expect(parsedValue(String.raw`"a\"\n\u0041"`)).toMatchObject({ kind: 'string', value: 'a"\nA' });
  expect(parsedValue('"""\r\n    a\r\n      b\r\n    """')).toMatchObject({ kind: 'text', value: 'a\n  b' });
  expect(parsedValue('false')).toMatchObject({ kind: 'boolean', value: false });
  expect(plain(parsedValue('a.b'))).toEqual({ kind: 'reference', path: ['a', 'b'] });
  expect(plain(parsedValue('f(at = 1,\n[],\n)'))).toMatchObject({
    kind: 'call',
    name: 'f',
    arguments: [{ name: 'at' }, { name: null, value: { kind: 'list', items: [] } }],
  });
});

test('conditions: or is weaker than and, and weaker than not', () => {
  expect(entryOf('keep where a == 1 or not b != "x" and c in [1]')).toMatchObject({
    kind: 'keep',
    where: { kind: 'or', terms: [{ kind: 'compare' }, { kind: 'and', terms: [{ kind: 'not' }, { kind: 'in' }] }] },
  });
  expect(entryOf('drop where a < -1')).toMatchObject({ where: { right: { number: '-1/1' } }, percent: null });
  expect(entryOf('keep where count(a == 1) by b > 2')).toMatchObject({ where: { left: { kind: 'count' } } });
});

test.each([
  ['0..6T', true, true],
  ['..8T', false, true],
  ['10T..', true, false],
  ['(11T - 75B)..11T tokens', true, true],
])('the range %s', (range, hasFrom, hasTo) => {
  const { file, problems } = parse(`recipe r\nstage s ${range} { 1 a }`, 'f');
  expect(problems).toEqual([]);
  const block = file.items[0]!;
  if (block.kind !== 'block') throw new Error('a block was expected');
  expect([block.range?.from !== null, block.range?.to !== null]).toEqual([hasFrom, hasTo]);
});

test('keywords are names, and reserved words may stand before =', () => {
  const { problems } = parse(
    'recipe r\nmodel = 5\nrest = 4\nmixture take { 10% all, 20% keep, 70% stage }\nx = f(in = 3)',
    'f',
  );
  expect(problems).toEqual([]);
});

test('the newline rule', () => {
  const text = 'recipe r\n\n\nx = 1 +\n  2\ny =\n  3\nmodel {\n\n  a = 1,\n  b = 2,\n}\n\n';
  const { file, problems } = parse(text, 'f');
  expect(problems).toEqual([]);
  expect(file.items).toHaveLength(3);
});

test('a byte order mark is skipped and CRLF counts as LF; places are those of the text', () => {
  const text = '\uFEFFrecipe r\r\nseed = 42\r\n';
  const { file, problems } = parse(text, 'f');
  expect(problems).toEqual([]);
  const { start, end } = file.items[0]!.span;
  expect(text.slice(start, end)).toBe('seed = 42');
});
