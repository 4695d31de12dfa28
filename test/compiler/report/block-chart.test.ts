import { expect, it } from 'vitest';
import { blockChart, epochBar } from '../../../compiler/report/block-chart.ts';

it('draws eighths, nothing for 0, and the lowest bar for very little', () => {
  expect(blockChart([0, 0.001, 0.125, 0.5, 1, 2], 1)).toBe(' ▁▁▄██');
});

it('draws epochs against their limit', () => {
  expect(epochBar(3.8, 5, 16)).toBe('▇▇▇▇░');
  expect(epochBar(0.01, 5, 16)).toBe('▇░░░░');
  expect(epochBar(0, 5, 16)).toBe('░░░░░');
  expect(epochBar(15.1, 5, 16)).toBe('▇'.repeat(15));
  expect(epochBar(160, 5, 16)).toBe('▇'.repeat(16));
  expect(epochBar(2, 160, 16)).toBe(`▇${'░'.repeat(15)}`);
});
