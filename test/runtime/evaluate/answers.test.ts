import { describe, expect, it } from 'vitest';
import { isExactMatch } from '../../../runtime/evaluate/answers/exact-match.ts';
import { extractAnswer } from '../../../runtime/evaluate/answers/extract-answer.ts';
import { rougeL } from '../../../runtime/evaluate/answers/rouge-l.ts';
import { exponentialOf, meanOf, ratioOf } from '../../../runtime/evaluate/measure/estimate.ts';
import { passAtK } from '../../../runtime/evaluate/measure/prepare-pass-at-k.ts';
import { rollingWindows } from '../../../runtime/evaluate/measure/prepare-perplexity.ts';
import { compareResults } from '../../../runtime/evaluate/result/compare-results.ts';
import type { TaskResult } from '../../../runtime/evaluate/result/task-result.ts';
import { chooseShots } from '../../../runtime/evaluate/task/few-shot.ts';

describe('answers', () => {
  it.each([
    ['marked_number', 'She has 5 + 7 = 12.\n#### 1,012.00', '1012'],
    ['marked_number', 'twelve', null],
    ['last_number', 'First 3, then -4.50 of them.', '-4.50'],
    ['last_number', 'It costs $1,250.', '1250'],
    ['first_line', '\n Paris \nand more', 'Paris'],
    ['text', '  a\nb ', 'a\nb'],
  ] as const)('%s of %j is %j', (extract, text, expected) => {
    expect(extractAnswer(text, extract)).toBe(expected);
  });

  it('matches one of several answers, loosely where asked', () => {
    expect(isExactMatch('The Beatles!', ['beatles', 'the fab four'], { extract: 'text', loose: true })).toBe(true);
    expect(isExactMatch('The Beatles!', ['beatles'], { extract: 'text', loose: false })).toBe(false);
    expect(isExactMatch('#### 18', ['9 * 2\n#### 18'], { extract: 'marked_number', loose: false })).toBe(true);
    expect(isExactMatch('18', ['9 * 2\n#### 18'], { extract: 'marked_number', loose: false })).toBe(false);
  });

  it('ROUGE-L is the F1 of the longest common subsequence of words', () => {
    // Common: cat sat on mats, of 5 words and of 7.
    expect(rougeL('the cat sat on mats', 'A cat, sat quietly on the mats')).toBeCloseTo(
      (2 * (4 / 5) * (4 / 7)) / (4 / 5 + 4 / 7),
      12,
    );
    expect(rougeL('same words', 'Same, words.')).toBe(1);
    expect(rougeL('', 'x')).toBe(0);
  });

  it('pass@k is the chance that one of k tries passes', () => {
    expect(passAtK(4, 2, 1)).toBeCloseTo(0.5, 12);
    expect(passAtK(4, 2, 2)).toBeCloseTo(1 - 1 / 6, 12);
    expect(passAtK(4, 2, 3)).toBe(1);
    expect(passAtK(200, 0, 100)).toBe(0);
  });
});

describe('estimates', () => {
  it('a mean of hits has the error of its sample', () => {
    expect(meanOf([1, 0, 0, 1, 1])).toEqual({ value: 0.6, standard_error: expect.closeTo(Math.sqrt(0.3 / 5), 12) });
    expect(meanOf([1])).toEqual({ value: 1, standard_error: null });
  });

  it('a ratio over documents of one size has the error of the mean of their ratios', () => {
    const ratio = ratioOf([2, 4, 9], [10, 10, 10]);
    const mean = meanOf([0.2, 0.4, 0.9]);
    expect(ratio.value).toBeCloseTo(mean.value, 12);
    expect(ratio.standard_error).toBeCloseTo(mean.standard_error!, 12);
    expect(exponentialOf(ratio).standard_error).toBeCloseTo(Math.exp(mean.value) * mean.standard_error!, 12);
  });
});

describe('windows of a document', () => {
  it.each([1, 7, 8, 9, 16, 23])(
    'predict each of %i tokens once, the last one with as much before it as fits',
    (count) => {
      const tokens = Int32Array.from({ length: count }, (_, i) => 100 + i);
      const windows = rollingWindows(tokens, 1, 8);
      expect(windows.flatMap(({ labels }) => labels)).toEqual([...tokens]);
      for (const { tokens: read, places, labels } of windows) {
        expect(read.length).toBeLessThanOrEqual(8);
        // What stands at a label's place is the token before the label.
        for (const [i, label] of labels.entries()) expect(read[places[i]!]).toBe(label === 100 ? 1 : label - 1);
      }
      if (count > 8) expect(windows.at(-1)!.tokens.length).toBe(8);
    },
  );
});

describe('shots', () => {
  it('are different rows, never the item, and the same for the same seed', () => {
    for (let item = 0; item < 20; item++) {
      const chosen = chooseShots(5, 20, { seed: 3, item, excluded: item });
      expect(new Set(chosen).size).toBe(5);
      expect(chosen).not.toContain(item);
      expect(chooseShots(5, 20, { seed: 3, item, excluded: item })).toEqual(chosen);
    }
    expect(chooseShots(5, 20, { seed: 4, item: 0, excluded: 0 })).not.toEqual(
      chooseShots(5, 20, { seed: 3, item: 0, excluded: 0 }),
    );
    expect(() => chooseShots(5, 5, { seed: 3, item: 0, excluded: 0 })).toThrow(RangeError);
  });
});

describe('comparing', () => {
  const result = (value: number, settings: TaskResult['settings'], primary = 'accuracy/none'): TaskResult => ({
    task: 't',
    settings,
    items: 100,
    truncated: 0,
    primary,
    metrics: { [primary]: { value, standard_error: 0.03 } },
  });

  it('names what differs in the settings, and says nothing else', () => {
    const comparison = compareResults(
      result(0.2, { shots: 0, normalizer: 'bytes', chat: false }),
      result(0.9, { shots: 5, normalizer: 'characters' }),
    );
    expect(comparison).toEqual({
      comparable: false,
      differences: [
        { setting: 'chat', first: 'false', second: 'absent' },
        { setting: 'normalizer', first: '"bytes"', second: '"characters"' },
        { setting: 'shots', first: '0', second: '5' },
      ],
    });
  });

  it('prefers one only beyond twice the error, the lower of perplexities', () => {
    expect(compareResults(result(0.2, {}), result(0.25, {}))).toMatchObject({ comparable: true, better: null });
    expect(compareResults(result(0.2, {}), result(0.3, {}))).toMatchObject({ better: 'second' });
    const [a, b] = [result(20, {}, 'perplexity/tokens'), result(30, {}, 'perplexity/tokens')];
    expect(compareResults(a, b)).toMatchObject({ better: 'first' });
  });
});
