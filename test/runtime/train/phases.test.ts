import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../../compiler/plan/index.ts';
import { listCheckpoints } from '../../../runtime/checkpoint/checkpoint-folder.ts';
import { readStepLog } from '../../../runtime/run-folder/step-log.ts';
import { loadTrainedModel } from '../../../runtime/run-folder/trained-model.ts';
import type { RunEvent } from '../../../runtime/train/run-event.ts';
import type { RunOptions } from '../../../runtime/train/run-options.ts';
import { runPlan } from '../../../runtime/train/run-plan.ts';
import type { RunReport } from '../../../runtime/train/run-report.ts';
import type { HeldOutLoss, StepMetrics } from '../../../runtime/train/training-event.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { runOptions } from '../../support/run-options.ts';
import { textFolder, textPlan } from '../../support/text-folder.ts';
import { hashed } from '../../support/training-fakes.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'smol-cache-'));
const recipeFolder = textFolder();

/** Steps 1…60 `pretrain`; 61…120 `more`, from step 23 of it, with another RoPE theta; 121…180 `last`, from the end of `more`. */
function threePhases(): Plan {
  const plan = textPlan();
  const [first] = plan.phases;
  const segments = first!.segments.map((segment) => ({ ...segment, rope_theta: 50_000 }));
  const checkpoint = { every_steps: 25, keep: 1 };
  return hashed({
    ...plan,
    phases: [
      first!,
      { ...first!, name: 'more', segments, checkpoint, from: { kind: 'phase', phase: 'pretrain', step: 23 } },
      { ...first!, name: 'last', from: { kind: 'phase', phase: 'more', step: null } },
    ],
    totals: { ...plan.totals, steps: 180, tokens: 3 * 3840 },
  });
}

const optionsOf = (changes: Partial<RunOptions> = {}): RunOptions =>
  runOptions(threePhases(), { recipeFolder, cacheFolder }, changes);

let whole: RunReport;
const events: RunEvent[] = [];
beforeAll(async () => {
  whole = await runPlan(optionsOf({ observe: (event) => events.push(event) }), fakeEngine());
});

const contentOf = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const parametersOf = (folder: string) =>
  readFileSync(join(folder, 'checkpoints/step-00000180/parameters.safetensors')).toString('base64');

/** `stop`: where `--steps` had the run measure once more. */
function expectSameRun(report: RunReport, stop: number | null = null): void {
  expect(contentOf(report.folder, 'metrics.jsonl')).toBe(contentOf(whole.folder, 'metrics.jsonl'));
  const heldOut = (folder: string) =>
    readStepLog<HeldOutLoss>(join(folder, 'held-out.jsonl')).filter(({ step }) => step % 30 === 0 || step !== stop);
  expect(heldOut(report.folder)).toEqual(heldOut(whole.folder));
  expect(parametersOf(report.folder)).toBe(parametersOf(whole.folder));
  expect(listCheckpoints(join(report.folder, 'checkpoints'))).toEqual(
    listCheckpoints(join(whole.folder, 'checkpoints')),
  );
  expect(report.heldOut).toEqual(whole.heldOut);
}

describe('a run of three phases', () => {
  test('goes through them in order, steps counted over the run and schedules begun anew', () => {
    const lines = readStepLog<StepMetrics>(join(whole.folder, 'metrics.jsonl'));
    expect(lines.map(({ step }) => step)).toEqual(Array.from({ length: 180 }, (_, i) => i + 1));
    expect([1, 60, 61, 120, 121, 180].map((step) => lines[step - 1]!.phase)).toEqual(
      ['pretrain', 'more', 'last'].flatMap((name) => [name, name]),
    );
    for (const step of [1, 5, 30, 60]) {
      const rates = [0, 60, 120].map((before) => lines[before + step - 1]!.learning_rate);
      expect(new Set(rates).size).toBe(1);
    }
    expect(lines[60]!.tokens).toBe(64);
    expect(whole).toMatchObject({ step: 180, steps: 180, tokens: 3 * 3840 });
    expect(events.flatMap((event) => (event.kind === 'phase' ? [[event.before, event.lastStep]] : []))).toEqual([
      [0, 60],
      [60, 120],
      [120, 180],
    ]);
  });

  test('goes through them one by one when each is asked for by name', async () => {
    const options = optionsOf();
    await expect(runPlan({ ...options, phase: 'more' }, fakeEngine())).rejects.toThrow(
      'phase `more` begins after step 60',
    );
    const first = await runPlan({ ...options, phase: 'pretrain' }, fakeEngine());
    expect(first).toMatchObject({ ended: 'finished', step: 60, steps: 60 });
    const resumed = { ...options, resume: true };
    await expect(runPlan({ ...resumed, phase: 'last' }, fakeEngine())).rejects.toThrow('begins after step 120');
    expect(await runPlan({ ...resumed, phase: 'more' }, fakeEngine())).toMatchObject({ step: 120 });
    expectSameRun(await runPlan({ ...resumed, phase: 'last' }, fakeEngine()));
  });

  test('continues the data of the phase before: a window is not read again before its turn', () => {
    const drawn = new Map<string, number[]>();
    for (const event of events) {
      if (event.kind !== 'step') continue;
      const { sequence } = event.metrics.stage === 'early' ? { sequence: 8 } : { sequence: 16 };
      for (const { dataset, draw } of event.places()) {
        const key = `${dataset} ${sequence} ${event.metrics.phase}`;
        drawn.set(key, [...(drawn.get(key) ?? []), draw]);
      }
    }
    const last = Math.max(...drawn.get('speeches 8 pretrain')!);
    expect(Math.min(...drawn.get('speeches 8 more')!)).toBeGreaterThan(last);
  });

  test('measures each phase before its first step and after its last', () => {
    const lines = readStepLog<HeldOutLoss>(join(whole.folder, 'held-out.jsonl'));
    expect([...new Set(lines.map(({ phase, step }) => `${phase} ${step}`))]).toEqual([
      'pretrain 0',
      'pretrain 30',
      'pretrain 60',
      'more 60',
      'more 90',
      'more 120',
      'last 120',
      'last 150',
      'last 180',
    ]);
    expect(whole.heldOut).toHaveLength(9);
  });

  test('keeps what a later phase starts from, and each phase its own last checkpoints', () => {
    expect(listCheckpoints(join(whole.folder, 'checkpoints'))).toEqual([180, 170, 120, 60, 50, 23]);
  });

  test('a model is loaded with the RoPE theta of its phase', async () => {
    for (const [step, theta] of [
      [60, 10_000],
      [120, 50_000],
      [180, 10_000],
    ] as const) {
      expect((await loadTrainedModel(whole.folder, step)).ropeTheta).toBe(theta);
    }
  });
});

describe('stopped anywhere and resumed it is the same', () => {
  test.each([23, 24, 59, 60, 61, 120, 170])('after step %i', async (steps) => {
    const options = optionsOf();
    const first = await runPlan({ ...options, steps }, fakeEngine());
    expect(first).toMatchObject({ ended: 'finished', step: steps });
    expectSameRun(await runPlan({ ...options, resume: true }, fakeEngine()), steps);
  });

  test.each([60, 61])('by a signal at step %i', async (stop) => {
    const options = optionsOf();
    const controller = new AbortController();
    const observe = (event: RunEvent) => {
      if (event.kind === 'step' && event.metrics.step === stop) controller.abort();
    };
    const first = await runPlan({ ...options, observe, interrupted: controller.signal }, fakeEngine());
    expect(first).toMatchObject({ ended: 'interrupted', step: stop });
    expectSameRun(await runPlan({ ...options, resume: true }, fakeEngine()));
  });

  test.each([61, 125])('when step %i comes out as no number', async (poisoned) => {
    const options = optionsOf();
    const engine = (before: number) =>
      fakeEngine((program) => {
        program.poisonedStep = before;
      });
    const local = ((poisoned - 1) % 60) + 1;
    await expect(runPlan(options, engine(local))).rejects.toThrow('is NaN');
    expectSameRun(await runPlan({ ...options, resume: true }, fakeEngine()));
  });
});

test('a phase whose start was deleted is refused by name', async () => {
  const options = optionsOf();
  const { folder } = await runPlan({ ...options, steps: 60 }, fakeEngine());
  rmSync(join(folder, 'checkpoints/step-00000023'), { recursive: true });
  await expect(runPlan({ ...options, resume: true }, fakeEngine())).rejects.toThrow(
    'phase `more` starts from step 23 of the run, whose checkpoint cannot be used: manifest.json is missing',
  );
});

test('`--steps` counts over all phases', async () => {
  await expect(runPlan(optionsOf({ steps: 181 }), fakeEngine())).rejects.toThrow(
    '`--steps 181` is outside the 180 steps of the 3 phases',
  );
});

describe('a spike in each phase', () => {
  const on_spike = { kind: 'rewind', to: 'last_checkpoint', skip_steps: 2, over: 6, window_steps: 500 } as const;
  const poisoned = () =>
    fakeEngine((program) => {
      program.poisonedStep = 7;
    });

  test('before its first checkpoint goes back to the phase, and to the weights that it began with', async () => {
    const three = threePhases();
    const plan = hashed({ ...three, phases: three.phases.map((phase) => ({ ...phase, on_spike })) });
    const options = { plan, planText: JSON.stringify(plan) };
    const spiked = await runPlan(optionsOf(options), poisoned());
    expect(
      spiked.skips.map(({ phase, step, checkpoint, first, last }) => [phase, step, checkpoint, first, last]),
    ).toEqual([
      ['pretrain', 7, 0, 6, 7],
      ['more', 67, 60, 66, 67],
      ['last', 127, 120, 126, 127],
    ]);
    expect(spiked.tokens).toBe(3 * 3840);
    const stopped = optionsOf({ ...options, steps: 66 });
    await runPlan(stopped, poisoned());
    const resumed = await runPlan({ ...stopped, steps: null, resume: true }, poisoned());
    for (const name of ['metrics.jsonl', 'skips.json']) {
      expect(contentOf(resumed.folder, name), name).toBe(contentOf(spiked.folder, name));
    }
    expect(parametersOf(resumed.folder)).toBe(parametersOf(spiked.folder));
  });

  test('a batch of a later phase is left out by its step of the run', async () => {
    const options = optionsOf();
    await expect(runPlan({ ...options, steps: 60 }, fakeEngine())).resolves.toMatchObject({ step: 60 });
    const resume = { ...options, resume: true, skipBatches: [61, 125] };
    const report = await runPlan(resume, fakeEngine());
    expect(report.skips.map(({ phase, first }) => [phase, first])).toEqual([
      ['more', 61],
      ['last', 125],
    ]);
    const skipped = readStepLog<StepMetrics>(join(report.folder, 'metrics.jsonl')).filter((line) => 'skipped' in line);
    expect(skipped.map(({ step }) => step)).toEqual([61, 125]);
  });
});
