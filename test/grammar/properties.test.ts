import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { format, parse, type Span, tokensOf } from '../../grammar/index.ts';
import { FULL_RECIPE } from '../support/recipe-texts.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url);
const RECIPES = [
  FULL_RECIPE,
  ...readdirSync(EXAMPLES)
    .filter((name) => name.endsWith('.smol'))
    .map((name) => readFileSync(new URL(name, EXAMPLES), 'utf8')),
];

/** Pieces of the language, and of what people write by mistake. */
const PIECES =
  'recipe r|dataset d|stage s|model|pretrain|mixture m|{|}|(|)|[|]|,|\n|=|..|.|+|-|*|/|<|>=|==|:|;|%|5|60%|11T|2e12T|.5|5.|"a"|"a|"""|\'a\'|# c\n|## d\n|//|take|all|keep|where|not|and|or|in|matches|count|by|rest|normalized|rounded|once|by_size|at|per|else|expect|allow|let|use|from|true|web|fineweb-edu|é|😀|\r\n|\t'.split(
    '|',
  );
const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => `recipe r\n${pieces.join(' ')}`);

const mutated = fc
  .tuple(
    fc.constantFrom(...RECIPES),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom('', ...PIECES), fc.nat(6)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([recipe, edits]) =>
    edits.reduce((text, [where, piece, removed]) => {
      const at = Math.floor(where * text.length);
      return text.slice(0, at) + piece + text.slice(at + removed);
    }, recipe),
  );

function spansLie(node: unknown, outer: Span): void {
  if (Array.isArray(node)) for (const inner of node) spansLie(inner, outer);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  const span = (node as { span?: Span }).span ?? outer;
  if (!(outer.start <= span.start && span.start <= span.end && span.end <= outer.end)) {
    throw new Error(`${JSON.stringify(span)} is not in ${JSON.stringify(outer)}`);
  }
  for (const [key, inner] of Object.entries(node)) if (key !== 'span') spansLie(inner, span);
}

function withoutSpans(node: unknown): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value) => {
      if (/span$/i.test(key) && value !== null) return true;
      return typeof value === 'bigint' ? String(value) : value;
    }),
  );
}

function checkText(text: string): void {
  const { file, problems } = parse(text, 'f');
  spansLie(file, { file: 'f', start: 0, end: text.length });
  for (const { span, related } of problems) {
    for (const place of [span, ...(related ?? []).map((one) => one.span)]) {
      expect(0 <= place.start && place.start <= place.end && place.end <= text.length).toBe(true);
    }
  }
  expect(
    tokensOf(text, 'f')
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
  const result = format(text, 'f');
  expect('text' in result).toBe(problems.length === 0);
  if (!('text' in result)) return;
  const again = format(result.text, 'f');
  expect('text' in again && again.text).toBe(result.text);
  const reparsed = parse(result.text, 'f');
  expect(reparsed.problems).toEqual([]);
  expect(withoutSpans(reparsed.file)).toEqual(withoutSpans(file));
  expect(essentials(result.text)).toEqual(essentials(text));
}

/** The tokens and comments that formatting must keep. */
function essentials(text: string): string[] {
  return tokensOf(text.replaceAll('\r\n', '\n'), 'f')
    .filter(({ kind, text: piece }) => kind !== 'blank' && kind !== 'newline' && piece !== ',')
    .map(({ kind, text: piece }) => (kind === 'comment' ? piece.trimEnd() : piece));
}

test('any text: never throws, places lie in the text, formatting keeps the meaning', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), checkText), { numRuns: 300 });
});

test('any row of pieces', () => {
  fc.assert(fc.property(soup, checkText), { numRuns: 600 });
});

test('recipes with a few edits', () => {
  fc.assert(fc.property(mutated, checkText), { numRuns: 250 });
});

test('comments anywhere in a correct recipe stay with the text before them', () => {
  const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.constantFrom(...RECIPES), places, (recipe, where) => {
      const lines = recipe.split('\n');
      for (const place of where) lines[Math.floor(place * (lines.length - 1))] += '  # note';
      checkText(lines.join('\n'));
      lines.splice(Math.floor(where[0]! * lines.length), 0, '    # alone', '', '');
      checkText(lines.join('\n'));
    }),
    { numRuns: 100 },
  );
});

test('a file of 10,000 lines takes less than two seconds of processor time, garbage collection included', () => {
  const block = (index: number) => `dataset d${index} {\n  source = hf("a/b", config = "x")\n  size = 5B tokens\n}\n`;
  const text = `recipe r\n${Array.from({ length: 2500 }, (_, index) => block(index)).join('')}x 5\n`;
  parse(text.slice(0, 20_000), 'f');
  const before = process.cpuUsage().user;
  const { problems, file } = parse(text, 'f');
  expect(file.items).toHaveLength(2500);
  expect(problems).toMatchObject([{ problem: 'missing-equals', span: { start: text.length - 4 } }]);
  expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(2);
});

const SIZE = 180_000;
test.each([
  ['brackets', `recipe r\nx = ${'('.repeat(SIZE)}`],
  ['braces', '{'.repeat(SIZE)],
  ['closing braces', '}'.repeat(SIZE)],
  ['not', `recipe r\ndataset d { keep where ${'not '.repeat(SIZE)}a == 1 }`],
  ['operators', `recipe r\nx = 1${'+1'.repeat(SIZE / 2)}`],
  ['failing entries', `recipe r\n${'a\n'.repeat(SIZE / 2)}`],
  ['strange characters', `recipe r\n${'@ '.repeat(SIZE)}`],
  ['quotes', `recipe r\n${'"\n'.repeat(SIZE / 2)}`],
  ['newlines after =', `recipe r\na =\n${'\n'.repeat(SIZE)}`],
  ['hyphens', `recipe a${'-a'.repeat(SIZE / 2)}`],
  ['documentation', `recipe r\n${'##\n'.repeat(SIZE / 2)}model {}`],
  ['digits', `recipe r\nx = ${'1'.repeat(SIZE)}`],
  ['closing brackets in an open string', `recipe r\nx = "${')'.repeat(SIZE)}x`],
])('hopeless %s: bounded', (_, text) => {
  const before = process.cpuUsage().user;
  expect(parse(text, 'f').problems.length).toBeLessThanOrEqual(1000);
  expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(6);
});
