import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRunProgressView } from '../../../../cli/views/run/progress-view.ts';
import type { RunEvent } from '../../../../runtime/train/run-event.ts';
import { recordedContext } from '../../../support/command-context.ts';
import { handPlan } from '../../../support/training-fakes.ts';

function stepEvent(step: number, changes: { firstOfShape?: boolean; seconds?: number } = {}): RunEvent {
  const seconds = changes.seconds ?? 0.01;
  return {
    kind: 'step',
    metrics: {
      step,
      phase: 'pretrain',
      stage: step <= 30 ? 'early' : 'late',
      tokens: step * 64,
      loss: 3.4142,
      learning_rate: 0.0021234,
      gradient_norm: 1,
    },
    timing: { step, seconds, tokens_per_second: 64 / seconds, data_share: 0.003 },
    places: () => [],
    firstOfShape: changes.firstOfShape ?? false,
  };
}

const beginning: RunEvent[] = [
  { kind: 'engine', phase: 'pretrain', engine: 'XLA, 2 threads', compiled: true, seconds: 1 },
  {
    kind: 'prepared',
    datasets: [
      { dataset: 'speeches', trainingTokens: 2_600_000, heldOutTokens: 10, cached: true, malformedRows: 0, rows: 9 },
      { dataset: 'novel', trainingTokens: 300_000, heldOutTokens: 10, cached: true, malformedRows: 2, rows: 1200 },
    ],
  },
  {
    kind: 'opened',
    folder: resolve(recordedContext().cwd, 'runs/x'),
    resumed: true,
    startStep: 10,
    lastStep: 60,
    skipped: [{ step: 20, reason: 'manifest.json is missing' }],
  },
  { kind: 'phase', phase: handPlan().phases[0]!, before: 0, lastStep: 60 },
  { kind: 'rehearsed', seconds: 0.5 },
  { kind: 'new-shape', step: 11, shape: { sequences: 8, sequence: 8, ropeTheta: 1e4, attention: 'full' } },
];

describe('not on a terminal', () => {
  test('a run that stands at or behind its last step is said to have nothing left to train', () => {
    const context = recordedContext();
    const view = createRunProgressView(context, handPlan(), () => 0);
    view.observe({
      kind: 'opened',
      folder: resolve(recordedContext().cwd, 'runs/x'),
      resumed: true,
      startStep: 10,
      lastStep: 6,
      skipped: [],
    });
    view.observe({
      kind: 'opened',
      folder: resolve(recordedContext().cwd, 'runs/x'),
      resumed: true,
      startStep: 10,
      lastStep: 11,
      skipped: [],
    });
    expect(context.stderr()).toBe(
      'run folder runs/x\nresumed from step 10: nothing is left to train up to step 6\nrun folder runs/x\nresumed from step 10\n',
    );
  });

  test('one line every few seconds with the same facts, and no control codes', () => {
    const context = recordedContext();
    let time = 0;
    const view = createRunProgressView(context, handPlan(), () => time);
    for (const event of beginning) view.observe(event);
    view.observe(stepEvent(11, { firstOfShape: true, seconds: 1.6 }));
    for (let step = 12; step <= 60; step++) {
      time += 250;
      view.observe(stepEvent(step));
    }
    view.observe({ kind: 'checkpoint', step: 60, path: 'x' });
    const heldOut = { step: 60, phase: 'pretrain', stage: 'late', sequence: 16, tokens: 10 };
    view.observe({ kind: 'held-out', step: 60, losses: [{ ...heldOut, dataset: 'novel', loss: 4.014 }] });
    view.end();
    const lines = context.stderr().trimEnd().split('\n');
    expect(lines.slice(0, 7)).toEqual([
      'by_hand   856 parameters · 2 stages · 60 steps · engine: XLA, 2 threads',
      'prepared speeches 2.6M, novel 300k tokens (cached)',
      'note: 2 of 1,200 rows of `novel` are malformed and were left out (see data.json)',
      'run folder runs/x',
      'note: checkpoint of step 20 was skipped: manifest.json is missing',
      'resumed from step 10',
      'compiling the step for 8 × 8 tokens ...',
    ]);
    expect(lines).toContain('compiled in 3.1 s');
    expect(lines).toContain(
      'step 31/60 · stage late · 1,984 tokens · loss 3.41 · lr 2.1e-3 · 6,400 tokens/s · data wait 0% · 290 ms left',
    );
    expect(lines.filter((line) => line.startsWith('step '))).toHaveLength(2);
    expect(lines.slice(-2)).toEqual(['checkpoint at step 60', 'held-out loss at step 60: novel 4.01']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
    expect(context.stderr()).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });
});

test('a spike is said with where the run goes on, and what it passes once', () => {
  const context = recordedContext();
  const view = createRunProgressView(context, handPlan(), () => 0);
  const of = { phase: 'pretrain', kind: 'rewind', step: 47, checkpoint: 40, first: 44, last: 47 } as const;
  const skip = { ...of, loss: 9, gradient_norm: 1, mean: 3, deviation: 0.1, datasets: [] };
  view.observe({ kind: 'rewound', message: 'the loss of step 47 is 9.00', skip });
  for (const step of [44, 45, 46, 47]) {
    view.observe({
      kind: 'skipped',
      line: { step, phase: 'pretrain', stage: 'late', tokens: step * 64, skipped: true },
      skip,
    });
  }
  expect(context.stderr()).toBe(
    'the loss of step 47 is 9.00: back to step 40\nsteps 44 to 47 skipped, for the spike at step 47\n',
  );
});

describe('on a terminal', () => {
  test('a block with a bar for the stage; a finished stage leaves its bar', () => {
    const context = recordedContext({ terminal: { interactive: true, columns: 80, color: true } });
    let time = 0;
    const view = createRunProgressView(context, handPlan(), () => time);
    for (const event of beginning) view.observe(event);
    for (let step = 11; step <= 45; step++) {
      time += 250;
      view.observe(stepEvent(step));
    }
    view.observe({ kind: 'checkpoint', step: 40, path: 'x' });
    view.end();
    const output = context.stderr();
    const last = output.slice(output.lastIndexOf('\x1b[J') + 3).split('\n');
    expect(last.slice(0, 3)).toEqual([
      'stage late  ███████████░░░░░░░░░░░  15/30   loss 3.41   lr 2.1e-3',
      '  step 45/60 · 2,880 tokens · 6,400 tokens/s · data wait 0% · 150 ms left',
      '  checkpoint at step 40',
    ]);
    expect(output).toContain(`stage early  ${'█'.repeat(22)}  30/30   loss 3.41   lr 2.1e-3\n`);
  });
});
