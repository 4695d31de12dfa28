import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../runtime/index.ts';
import { compiledRun } from '../support/compiled-run.ts';

const examples = join(import.meta.dirname, '../../examples');
const quickstart = readFileSync(join(examples, 'quickstart.smol'), 'utf8');

/** The tiny profile with a single stage of these shares and `tokens`: one shape, so that it is compiled once. */
function withShares(shares: Record<string, number>, tokens: string): string {
  const stage = Object.entries(shares).map(([dataset, share]) => `    ${share}% ${dataset}\n`);
  const stages = /\n {2}stage broad[\s\S]*?\n}\n/;
  expect(quickstart).toMatch(stages);
  return quickstart
    .slice(0, quickstart.indexOf('## What runs where'))
    .replace(stages, `\n  stage all 0..${tokens} {\n${stage.join('')}  }\n}\n`)
    .replace('tokens = 2.4M', `tokens = ${tokens}`)
    .replace('layers = 4', 'layers = 2')
    .replace('hidden = 128', 'hidden = 64')
    .replace('ffn = 384', 'ffn = 192')
    .replace('sequence = 256', 'sequence = 64')
    .replace('batch = 2048', 'batch = 512')
    .replace('every(300 steps, keep = 2)', 'every(100 steps, keep = 2)');
}

const lossOf = ({ heldOut }: RunReport, dataset: string) => heldOut.find((each) => each.dataset === dataset)!.after!;

describe('a trained model has learned', () => {
  test('held-out loss of each dataset ends below its unigram entropy', async () => {
    const { report } = await compiledRun(quickstart, examples, { profile: 'tiny' });
    expect(report.heldOut.map(({ dataset }) => dataset)).toEqual(['speeches', 'novel', 'code']);
    for (const { dataset, before, after, unigramEntropy } of report.heldOut) {
      // Before it knows anything: all 4,096 tokens alike.
      expect(before, dataset).toBeCloseTo(Math.log(4096), 1);
      expect(unigramEntropy, dataset).toBeGreaterThan(5);
      expect(after, dataset).toBeLessThan(unigramEntropy);
    }
  }, 600_000);

  test('doubling the share of a dataset lowers its held-out loss', async () => {
    const tokens = '61_440';
    const base = await compiledRun(withShares({ speeches: 40, novel: 30, code: 30 }, tokens), examples);
    const novel = await compiledRun(withShares({ speeches: 20, novel: 60, code: 20 }, tokens), examples);
    const code = await compiledRun(withShares({ speeches: 20, novel: 20, code: 60 }, tokens), examples);
    expect(lossOf(novel.report, 'novel')).toBeLessThan(lossOf(base.report, 'novel') - 0.02);
    expect(lossOf(code.report, 'code')).toBeLessThan(lossOf(base.report, 'code') - 0.02);
  }, 600_000);
});
