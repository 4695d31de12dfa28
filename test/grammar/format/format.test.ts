import { expect, test } from 'vitest';
import { format } from '../../../grammar/index.ts';
import { FULL_RECIPE } from '../../support/recipe-texts.ts';

function formatted(text: string): string {
  const result = format(text, 'f');
  if (!('text' in result)) throw new Error(JSON.stringify(result.problems));
  const again = format(result.text, 'f');
  expect('text' in again && again.text).toBe(result.text);
  return result.text;
}

const LONG = 'x'.repeat(40);

test.each([
  ['blanks and commas', 'recipe   r\nx=1\nmodel{a=1,b = 2 , }', 'recipe r\nx = 1\nmodel { a = 1, b = 2 }\n'],
  [
    'indent, and one entry a line',
    'recipe r\nmodel {\na = 1, b = 2\n      c = 3 }',
    'recipe r\nmodel {\n  a = 1\n  b = 2\n  c = 3\n}\n',
  ],
  [
    'empty lines',
    '\n\nrecipe r\n\n\n\nmodel {\n\n  a = 1\n\n\n  b = 2\n\n}\n\n',
    'recipe r\n\nmodel {\n  a = 1\n\n  b = 2\n}\n',
  ],
  ['an empty block', 'recipe r\nmodel {\n}', 'recipe r\nmodel {}\n'],
  ['CRLF and byte order mark', '\uFEFFrecipe r\r\nx = 1\r\n', 'recipe r\nx = 1\n'],
  [
    'ranges and signs',
    'recipe r\nstage a 0 .. 6T {1 x}\nstage b .. 8T{ 1 x }\nstage c 8T .. { 1 x }\nstage d ( 11T-75B ) .. 11T tokens normalized{ 1 x }\ndataset d { keep where a < - 1 }\ny = a . b',
    'recipe r\nstage a 0..6T { 1 x }\nstage b ..8T { 1 x }\nstage c 8T.. { 1 x }\nstage d (11T - 75B)..11T tokens normalized { 1 x }\ndataset d { keep where a < -1 }\ny = a.b\n',
  ],
  [
    'counts and conditions',
    'recipe r\ndataset d { keep where count ( a==1 ) by c>2 and not ( b in [ 1,2 ] ) }',
    'recipe r\ndataset d { keep where count(a == 1) by c > 2 and not (b in [1, 2]) }\n',
  ],
  [
    'a long call',
    `recipe r\nx = f(a = "${LONG}", b = "${LONG}", c = [1, 2])`,
    `recipe r\nx = f(\n  a = "${LONG}",\n  b = "${LONG}",\n  c = [1, 2],\n)\n`,
  ],
  [
    'brackets in brackets break from the outside',
    `recipe r\nx = [f("${LONG}", 1), g("${LONG}", "${LONG}", 2)]`,
    `recipe r\nx = [\n  f("${LONG}", 1),\n  g("${LONG}", "${LONG}", 2),\n]\n`,
  ],
  ['a short list is one line', 'recipe r\nx = [\n  1,\n  2,\n]', 'recipe r\nx = [1, 2]\n'],
  [
    'a block too long for its line',
    `recipe r\ndataset d { source = hf("${LONG}", config = "config"), size = 5B tokens, domain = web }`,
    `recipe r\ndataset d {\n  source = hf("${LONG}", config = "config")\n  size = 5B tokens\n  domain = web\n}\n`,
  ],
  [
    'comments in a block',
    'recipe r # name\nmodel { # head\n  a = 1, # one\n    # alone\n\n  b = 2\n# last\n} # end\n# file',
    'recipe r  # name\nmodel {  # head\n  a = 1  # one\n  # alone\n\n  b = 2\n  # last\n}  # end\n# file\n',
  ],
  [
    'comments in calls and lists',
    'recipe r\nx = [ # open\n1, # one\n # alone\n2 # two\n , 3\n # last\n]',
    'recipe r\nx = [  # open\n  1,  # one\n  # alone\n  2,  # two\n  3,\n  # last\n]\n',
  ],
  [
    'comments within an entry',
    'recipe r\nx = 1 + # one\n2\ny = f(a = # why\n 1)\nz = 1 -\n # alone\n 2',
    'recipe r\nx = 1 +  # one\n  2\ny = f(\n  a =  # why\n    1,\n)\nz = 1 -\n  # alone\n  2\n',
  ],
  [
    'a comment in brackets gets no comma',
    'recipe r\nstage a (1 + # one\n 2)..5 { 1 x }',
    'recipe r\nstage a (\n  1 +  # one\n    2\n)..5 { 1 x }\n',
  ],
  [
    'raw text keeps its lines',
    'recipe r\ndataset d {\n  chat = jinja( """\n   {{ a }}\n  """,x=1 )\n}',
    'recipe r\ndataset d {\n  chat = jinja("""\n   {{ a }}\n  """, x = 1)\n}\n',
  ],
])('%s', (_, text, expected) => {
  expect(formatted(text)).toBe(expected);
});

test('a longer name in one line changes that line only', () => {
  const shares = (name: string) => `recipe r\nmixture m {\n  50% a\n  30% ${name}\n  20% c\n}\n`;
  const [before, after] = [formatted(shares('b')), formatted(shares('b'.repeat(60)))].map((text) => text.split('\n'));
  expect(after!.filter((line, index) => line !== before![index])).toHaveLength(1);
});

test('a well laid out recipe stays as it is', () => {
  expect(formatted(FULL_RECIPE)).toBe(FULL_RECIPE);
});

test('a file with problems is not formatted', () => {
  expect(format('recipe r\nlayers 24\n', 'f')).toMatchObject({ problems: [{ problem: 'missing-equals' }] });
});
