import { expect, test } from 'vitest';
import { parse, type SyntaxProblem } from '../../grammar/index.ts';

type Kind = SyntaxProblem['problem'];

/** One problem of each text, `«»` around its place. */
const CASES: readonly (readonly [Kind, string, Record<string, unknown>?])[] = [
  ['unexpected-character', 'seed = 5 «@»', { character: '@' }],
  ['unexpected-character', 'seed = «😀😀»'],
  ['unterminated-string', 'model { name = hf(«"abc») }\nseed = 5'],
  ['invalid-escape', 'x = "a«\\q»b"', { escape: '\\q' }],
  ['wrong-quotes', "x = «'abc'»", { suggestion: '"abc"' }],
  ['wrong-quotes', 'x = «“a b”»', { suggestion: '"a b"' }],
  ['slash-comment', '«// note»\nseed = 5', { suggestion: '# note' }],
  ['semicolon', 'seed = 5«;»'],
  ['semicolon', 'seed = 5«;» language = 1'],
  ['malformed-number', 'x = «.5»', { suggestion: '0.5' }],
  ['malformed-number', 'x = «5.»', { suggestion: '5' }],
  ['malformed-number', 'x = «1_»', { suggestion: '1' }],
  ['malformed-number', 'x = «0x10»', { suggestion: null }],
  ['malformed-number', 'x = «1,000,000»', { suggestion: '1_000_000' }],
  ['malformed-number', 'mixture m { «.5»% x }', { suggestion: '0.5' }],
  ['unknown-number-suffix', 'x = «8kk»', { suffix: 'kk', suggestion: '8M' }],
  ['unknown-number-suffix', 'x = «11t»', { suggestion: '11T' }],
  ['unknown-number-suffix', 'x = «5240000steps»', { suggestion: '5240000 steps' }],
  ['suffix-with-exponent', 'x = «2e12T»', { without: ['2e12', '2T'] }],
  ['number-out-of-range', 'x = «1e500»'],
  ['space-before-percent', 'mixture m { «5 %» x }', { suggestion: '5%' }],
  ['brace-on-next-line', 'model\n«{»\n  a = 1\n}'],
  ['empty-comma', 'model { a = 1,«,» b = 2 }'],
  ['empty-comma', 'model {\n  a = 1\n  «,» b = 2\n}'],
  ['reserved-name', 'dataset «at» { size = 5 }'],
  ['reserved-name', 'mixture m { 10% «rest» }'],
  ['hyphen-in-name', 'mixture m { 60% «fineweb-edu», 40% b }', { suggestion: 'fineweb_edu' }],
  ['hyphen-in-name', 'dataset «smollm2-1.7b» { size = 5 }', { suggestion: 'smollm2_1_7b' }],
  ['two-entries-on-a-line', 'model { a = 1 } «model» { b = 2 }'],
  ['two-entries-on-a-line', 'a = 1 «b» = 2'],
  ['missing-equals', '«layers» 24', { name: 'layers', written: null }],
  ['missing-equals', 'layers«:» 24', { written: ':' }],
  ['missing-equals', 'layers «==» 24', { written: '==' }],
  ['missing-value', 'model {\n  «layers =»\n  hidden = 5\n}', { name: 'layers' }],
  ['missing-comma', 'x = [1 «2»]'],
  ['missing-comma', 'x = f(\n  a = 1\n  «b» = 2\n)'],
  ['block-with-equals', 'model «=» {\n  a = 1\n}', { keyword: 'model' }],
  ['unknown-block', '«datset» web { size = 5 }', { text: 'datset' }],
  ['share-order', 'mixture m { «web 60%», 40% b }', { suggestion: '60% web' }],
  ['range-without-dots', 'stage s «0-6T» { 1 a }', { suggestion: '0..6T' }],
  ['range-without-dots', 'stage s «0 to 6T» { 1 a }', { suggestion: '0..6T' }],
  ['unclosed', 'x = f«(»1\ny = 2'],
  ['unclosed', 'model «{»\n  a = 1\n\nmodel {\n  b = 1\n}'],
  ['unmatched-close', 'model {\n  a = 1\n}\n«}»\nseed = 5'],
  ['unmatched-close', 'x = f(1«]»'],
  ['nesting-too-deep', `x = ${'['.repeat(32)}«[»${']'.repeat(33)}`, { limit: 32 }],
  ['nesting-too-deep', `x = 1${'+1'.repeat(64)}«+»1`, { limit: 64 }],
  ['unexpected', 'x = «-»1', { found: '`-`' }],
  ['unexpected', 'mixture m {\n  60%«»\n  40% b\n}', { expected: ['a name'] }],
  ['unexpected', 'dataset d { keep «tokens» > 5 }'],
  ['unexpected', 'evaluate e { expect mmlu «25%» }', { expected: ['a comparison such as `>= 3`'] }],
  ['unexpected', '«60%» web'],
  ['unexpected', 'mixture m {\n  «"web"» 60%\n}', { expected: ['a share such as `60% fineweb_edu`'] }],
  ['unexpected', 'a = 1«,» b = 2'],
];

test.each(CASES.map(([problem, marked, more = {}]) => ({ problem, marked, more })))(
  '$problem: $marked',
  ({ problem, marked, more }) => {
    const text = `recipe r\n${marked}\nlast = 1\n`;
    const start = text.indexOf('«');
    const end = text.indexOf('»') - 1;
    const { file, problems } = parse(text.replace('«', '').replace('»', ''), 'f');
    expect(problems).toMatchObject([{ problem, ...more, span: { file: 'f', start, end } }]);
    expect(file.items.at(-1)).toMatchObject({ kind: 'attribute', name: { text: 'last' } });
  },
);

test('a raw text without an end is one problem up to the end of the file', () => {
  const text = 'recipe r\nmodel {\n  x = f("""abc\n  y = 1\n}\n';
  expect(parse(text, 'f').problems).toMatchObject([
    { problem: 'unterminated-string', span: { start: text.indexOf('"""'), end: text.length } },
  ]);
});

test('a file without its first line, and one that is too large', () => {
  expect(parse('seed = 5', 'f')).toMatchObject({ problems: [{ problem: 'missing-header' }], file: { items: [{}] } });
  expect(parse('', 'f').problems).toMatchObject([{ problem: 'missing-header' }]);
  expect(parse('recipie r\nseed = 5', 'f').problems).toHaveLength(1);
  const large = parse(`recipe r\n${'#'.repeat(2 ** 20)}`, 'f');
  expect(large.problems).toMatchObject([{ problem: 'file-too-large', limit: 2 ** 20 }]);
  expect(large.file.incomplete).toBe(true);
});

test('several mistakes are several problems, each in its place, and the rest is read', () => {
  const text =
    'recipe r\r\nmodel {\r\n\tlayers 24\r\n\thidden = 5 @ $\r\n\tffn = 2e3T\r\n\theads = 4\r\n}\r\nseed = 1\r\n';
  const { file, problems } = parse(text, 'f');
  expect(problems.map(({ span }) => text.slice(span.start, span.end))).toEqual(['layers', '@', '$', '2e3T']);
  const model = file.items[0]!;
  if (model.kind !== 'block') throw new Error('a block was expected');
  expect(model.entries.map((entry) => (entry.kind === 'attribute' ? entry.name.text : entry.kind))).toEqual([
    'hidden',
    'heads',
  ]);
  expect(model.incomplete).toBe(true);
  expect(file.items).toHaveLength(2);
});

test('a block whose head cannot be read keeps its entries', () => {
  const { file } = parse('recipe r\npretrain {\n  stage s 0-6T { 100% a }\n  tokens = 5\n}', 'f');
  const block = file.items[0]!;
  expect(block).toMatchObject({
    incomplete: true,
    entries: [{ kind: 'block', range: null, incomplete: true, entries: [{ kind: 'share' }] }, { kind: 'attribute' }],
  });
});
