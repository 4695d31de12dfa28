import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { drawNormal } from '../../../runtime/model/draw-normal.ts';
import { initialValues } from '../../../runtime/model/initialize.ts';
import { normalQuantile } from '../../../runtime/model/normal-quantile.ts';
import { philox4x32 } from '../../../runtime/model/philox.ts';

it.each([1, 6, 8192, 100_003])('makes %d values of the words of Philox, in their order', (count) => {
  const key = [0xdeadbeef, 0x80000001] as const;
  const values = new Float32Array(count);
  drawNormal(values, 1, key);
  const words = new Uint32Array(4);
  let ends = 0;
  const pairs = Array.from(values, (value, i) => {
    if (i % 4 === 0) philox4x32([i / 4, 0, 0, 0], key, words);
    const word = words[i % 4]!;
    const exact = normalQuantile((word + 0.5) / 2 ** 32);
    if (Math.abs(value - exact) > 1e-6) throw new Error(`word ${word} gives ${value}, not ${exact}`);
    if (word < 2 ** 26 || word >= 2 ** 32 - 2 ** 26) {
      ends++;
      expect(value).toBe(Math.fround(exact));
    }
    return { word, value };
  });
  if (count > 10_000) expect(ends).toBeGreaterThan(2000);
  pairs.sort((a, b) => a.word - b.word);
  pairs.slice(1).forEach(({ word, value }, i) => {
    if (value < pairs[i]!.value) throw new Error(`word ${word} gives less than the one before`);
  });
});

// Made by the plain loop in JavaScript that was here before.
it.each([
  [120_000, 0.02, 1, 'c89d8c0e924d9c7fc05ceec6989112f2cda67079092647a0fa717ddf8ea20739'],
  [100_003, 0.05, 7, '0164bca368f316742d6330c4ab5f85c598916f61a43f666496618736728b8ff7'],
  [40_000, 1, 2 ** 32 + 5, 'a17a01d25030232cd9df27e28e922677b28302398ffd21b15ac0bc0366ce3537'],
])('a seed gives the bits it always gave: %d values', (count, std, seed, digest) => {
  const { buffer } = initialValues({ name: 'a', shape: [count], group: 'matrices' }, std, seed);
  expect(createHash('sha256').update(new Uint8Array(buffer)).digest('hex')).toBe(digest);
});
