import { expect, test } from 'vitest';
import { runSummary, type SummaryOptions } from '../../../../cli/views/run/summary-view.ts';
import type { RunReport } from '../../../../runtime/train/run-report.ts';

const report: RunReport = {
  ended: 'finished',
  engine: 'XLA, 2 threads',
  compiled: true,
  folder: '/home/me/runs/quickstart',
  step: 1172,
  steps: 1172,
  tokens: 2_400_256,
  skips: [],
  heldOut: [
    { phase: 'pretrain', dataset: 'speeches', before: 8.3316, after: 4.1234, unigramEntropy: 6.614 },
    { phase: 'pretrain', dataset: 'code', before: null, after: 3.2, unigramEntropy: 6.435 },
  ],
  evaluations: [],
  samples: [{ dataset: 'speeches', prompt: "The people's will\nis", text: ' done.\n\n  \u001b[31mNow\u0007 we ' }],
};
const summary = (
  changes: Partial<RunReport> = {},
  again: string[] = [],
  phases: SummaryOptions['phases'] = ['pretrain'],
) =>
  runSummary({
    program: 'npx smol',
    report: { ...report, ...changes },
    phases,
    seconds: 182,
    folder: 'runs/quickstart',
    file: 'a file.smol',
    again,
    runAgain: [],
  });

test('losses before and after stand beside the unigram entropy', () => {
  const lines = summary().split('\n');
  expect(lines[0]).toBe('held-out loss     before    after   unigram entropy');
  expect(lines[1]).toBe('  speeches         8.332    4.123    6.614');
  expect(lines[2]).toBe('  code                 -    3.200    6.435');
});

test('what was skipped is said with its tokens', () => {
  const skip = {
    phase: 'pretrain',
    kind: 'rewind' as const,
    step: 1045,
    checkpoint: 1000,
    first: 1001,
    last: 1050,
    loss: 9.1,
    gradient_norm: 3,
    mean: 3.2,
    deviation: 0.1,
    datasets: [
      { dataset: 'speeches', tokens: 60_000 },
      { dataset: 'code', tokens: 42_400 },
    ],
  };
  const lines = summary({ skips: [skip, { ...skip, kind: 'asked', first: 1045, last: 1045, datasets: [] }] }).split(
    '\n',
  );
  expect(lines).toContain(
    'note: steps 1,001 to 1,050 skipped, for the spike at step 1,045: 102.4k tokens (speeches 60k, code 42.4k) not trained on',
  );
  expect(lines).toContain('note: step 1,045 skipped, as `--skip-batch` asked: 0 tokens not trained on');
});

test('a sample is one paragraph without control characters', () => {
  const text = summary();
  expect(text).toContain("  The people's will ⏎ is ⟶ done. ⏎ [31mNow we\n");
});

test('the next commands can be pasted into a shell', () => {
  const lines = summary().trimEnd().split('\n').slice(-4);
  expect(lines).toEqual([
    'run   runs/quickstart  (1,172 of 1,172 steps, 2.4M tokens, 3 min 2 s)',
    "next  npx smol generate runs/quickstart --prompt 'The people'\\''s will'",
    "      npx smol plan 'a file.smol'",
    "      npx smol run 'a file.smol' --set pretrain.scaled_to=4800512",
  ]);
});

test.each([
  [8_192, '16384'],
  [5_000, '10k'],
  [500, '1k'],
  [499, '998'],
  [2_400_256, '4800512'],
  [615_000_000, '1.23B'],
  [11e12, '22T'],
  [4_000_000_000_256, '8000000000512'],
])('after %i tokens, twice as many are exactly %s', (tokens, written) => {
  expect(summary({ tokens })).toContain(`--set pretrain.scaled_to=${written}\n`);
});

test('longer pretraining is proposed where there is no other phase', () => {
  expect(summary()).toContain('scaled_to');
  for (const phases of [['sft'], ['pretrain', 'pretrain'], ['pretrain', 'dpo']] as const)
    expect(summary({ heldOut: [] }, [], phases)).not.toContain('scaled_to');
});

test('without a measurement after training there is no table', () => {
  expect(
    summary({ heldOut: [{ phase: 'pretrain', dataset: 'code', before: 8, after: null, unigramEntropy: 6 }] }),
  ).not.toContain('held-out loss');
});

test('an unfinished run is resumed first, with the options it was started with', () => {
  const text = summary({ ended: 'interrupted', step: 640 }, ['--profile', 'tiny']);
  expect(text).toContain('(interrupted at step 640 of 1,172');
  expect(text).toContain("next  npx smol run 'a file.smol' --profile tiny --run-dir runs/quickstart --resume\n");
});
