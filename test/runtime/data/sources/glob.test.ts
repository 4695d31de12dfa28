import { expect, test } from 'vitest';
import { hasGlob, segmentMatcher } from '../../../../runtime/data/sources/glob.ts';

test.each([
  ['*.jsonl', ['a.jsonl', 'b c.jsonl'], ['a.json', 'a.jsonl.gz', '.a.jsonl']],
  ['part-?.txt', ['part-1.txt', 'part-é.txt'], ['part-12.txt', 'part-.txt']],
  ['[ab]*', ['a', 'bx'], ['c', 'xa']],
  ['[!ab]*', ['c'], ['a', 'b']],
  ['[0-9].txt', ['7.txt'], ['a.txt', '-.txt']],
  ['a+b(1).txt', ['a+b(1).txt'], ['aab1.txt']],
  ['.hidden*', ['.hidden1'], ['hidden1']],
  ['*', ['x', 'x.y'], ['.x']],
  ['[&~^]*', ['&', '~x', '^'], ['a']],
  ['[z-a]*', [], ['z', 'a', 'm', '-']],
  ['[-a]x', ['-x', 'ax'], ['bx']],
  ['a*b*c', ['abc', 'axbbxc', 'abcbc'], ['abcb', 'ac']],
  ['[a', ['[a'], ['a']],
  ['?', ['a', '\u{1f600}'], ['ab', '']],
])('%s', (pattern, matching, other) => {
  const matches = segmentMatcher(pattern);
  expect(matching.filter(matches)).toEqual(matching);
  expect(other.filter(matches)).toEqual([]);
});

test('names without a glob are told apart', () => {
  expect(['a.txt', 'a b', 'x+y'].some(hasGlob)).toBe(false);
  expect(['*.txt', 'a?', '[a]'].every(hasGlob)).toBe(true);
});

test('many stars take no time', () => {
  const start = performance.now();
  expect(segmentMatcher(`${'*a'.repeat(40)}*b`)('a'.repeat(255))).toBe(false);
  expect(performance.now() - start).toBeLessThan(1000);
});
