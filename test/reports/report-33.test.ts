import { expect, it } from 'vitest';
import { format } from '../../grammar/index.ts';

const formatted = (text: string) => {
  const result = format(text, 'main.smol');
  if (!('text' in result)) throw new Error('the text of the test does not parse');
  return result.text;
};

it('report 33: one more dataset with a long name is one changed line, and comments stay with theirs', () => {
  const names = Array.from({ length: 12 }, (_, i) => `d${i}`);
  const mixture = (lines: readonly string[]) => `recipe r\nmixture m {\n${lines.join('\n')}\n}\n`;
  const lines = names.map((name, i) => `  ${i + 1}% ${name}${i % 3 === 0 ? `  # about ${name}` : ''}`);
  const before = formatted(mixture(lines));
  const long = `  22% a_dataset_with_a_name_much_longer_than_all_of_the_others_in_the_mixture`;
  const after = formatted(mixture([...lines.slice(0, 5), long, ...lines.slice(5)]));
  const [old, next] = [before.split('\n'), after.split('\n')];
  expect(next.filter((line) => !old.includes(line))).toEqual([long]);
  expect(next.filter((line) => line !== long)).toEqual(old);
  expect(before).toContain('  1% d0  # about d0\n');
  expect(formatted(after)).toBe(after);
});
