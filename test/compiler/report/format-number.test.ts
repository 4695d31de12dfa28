import { expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatEpochs,
  formatLearningRate,
  formatOrdinal,
  formatScientific,
  formatShare,
  formatTokens,
} from '../../../compiler/report/format-number.ts';

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [2_097_152, '2,097,152'],
  [11_000_000_544_768, '11,000,000,544,768'],
  [-1234, '-1,234'],
])('count %d is %s', (value, text) => expect(formatCount(value)).toBe(text));

it.each([
  [11e12, '11T'],
  [11_000_000_544_768, '11T'],
  [10.925e12, '10.925T'],
  [2.4e6, '2.4M'],
  [1_843_200, '1.84M'],
  [1_711_376_384, '1.71B'],
  [2048, '2,048'],
  [9999, '9,999'],
  [10_000, '10k'],
  [65_536, '65.5k'],
  [999_949, '1M'],
  [999_499, '999k'],
  [999_999_999, '1B'],
  [250e9, '250B'],
  [4_959_999_123_456, '4.96T'],
  [12_345e12, '12,345T'],
  [-11e12, '-11T'],
])('tokens %d are %s', (value, text) => expect(formatTokens(value)).toBe(text));

it.each([
  [0.012, '12 ms'],
  [0.9999, '1 s'],
  [3.1, '3.1 s'],
  [50, '50 s'],
  [59.7, '1 min'],
  [110, '1 min 50 s'],
  [3600, '1 h'],
  [11_520, '3 h 12 min'],
  [356_400, '4 d 3 h'],
  [Number.NaN, 'unknown'],
])('%d seconds are %s', (value, text) => expect(formatDuration(value)).toBe(text));

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1500, '1.5 kB'],
  [20_536_516_608, '20.5 GB'],
  [999_999, '1 MB'],
  [256e6, '256 MB'],
])('%d bytes are %s', (value, text) => expect(formatBytes(value)).toBe(text));

it.each([
  [5e-4, '5.0e-4'],
  [3.25e-4, '3.25e-4'],
  [2.5e-7, '2.5e-7'],
  [0.003, '3.0e-3'],
  [0, '0'],
])('learning rate %d is %s', (value, text) => expect(formatLearningRate(value)).toBe(text));

it.each([
  [0.9, '90%'],
  [0.0008, '0.08%'],
  [1 / 3, '33.33%'],
  [0.00002, '0.002%'],
  [1, '100%'],
])('share %d is %s', (value, text) => expect(formatShare(value)).toBe(text));

it.each([
  [3.8185, '3.82'],
  [15.13, '15.1'],
  [9.996, '10.0'],
  [4, '4.00'],
  [0.001, '<0.01'],
  [0, '0.00'],
  [1234.5, '1,235'],
])('%d epochs are %s', (value, text) => expect(formatEpochs(value)).toBe(text));

it('writes large numbers and ordinals', () => {
  expect(formatScientific('112950853585931843174400')).toBe('1.13e23');
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102].map(formatOrdinal).join(' ')).toBe(
    '1st 2nd 3rd 4th 11th 12th 13th 21st 102nd',
  );
});
