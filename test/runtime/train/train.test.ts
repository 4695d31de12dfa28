import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRunSampler, learningRate } from '../../../compiler/plan/index.ts';
import { listCheckpoints } from '../../../runtime/checkpoint/checkpoint-folder.ts';
import { readStepLog } from '../../../runtime/run-folder/step-log.ts';
import { CheckpointNotWritten } from '../../../runtime/train/checkpoint-not-written.ts';
import { NonFiniteStep } from '../../../runtime/train/non-finite.ts';
import type { HeldOutLoss, StepMetrics, TrainingEvent } from '../../../runtime/train/training-event.ts';
import { failFileWrites } from '../../support/fail-file-writes.ts';
import { type FakeRunResult, fakeRun } from '../../support/fake-run.ts';
import { handPlan } from '../../support/training-fakes.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'smol-train-'));
const metricsOf = (folder: string) => readFileSync(join(folder, 'metrics.jsonl'), 'utf8');
const heldOutOf = (folder: string) => readFileSync(join(folder, 'held-out.jsonl'), 'utf8');
const checkpointsOf = (folder: string) => listCheckpoints(join(folder, 'checkpoints'));

const whole = newFolder();
let uninterrupted: FakeRunResult;
const events: TrainingEvent[] = [];
beforeAll(async () => {
  uninterrupted = await fakeRun(whole, { observe: (event) => events.push(event) });
});

/** Files, weights and kept checkpoints are those of the uninterrupted run. */
function expectSameRun(folder: string, result: FakeRunResult): void {
  expect(result.stateHash).toBe(uninterrupted.stateHash);
  expect(metricsOf(folder)).toBe(metricsOf(whole));
  expect(heldOutOf(folder)).toBe(heldOutOf(whole));
  expect(checkpointsOf(folder)).toEqual([60, 50]);
}

describe('a run', () => {
  test('writes one line a step: stage, tokens and learning rate are functions of the step', () => {
    const lines = readStepLog<StepMetrics>(join(whole, 'metrics.jsonl'));
    expect(lines.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    const stages = [1, 29, 30, 31, 32, 60].map((step) => lines[step - 1]!.stage);
    expect(stages).toEqual(['early', 'early', 'early', 'late', 'late', 'late']);
    for (const { step, tokens, learning_rate } of lines) {
      expect(tokens).toBe(step * 64);
      expect(learning_rate).toBe(learningRate(handPlan().phases[0]!.schedule, step));
    }
    expect(metricsOf(whole)).not.toMatch(/second|time/);
  });

  test('reads the windows that the plan names, slot by slot', () => {
    const sampler = createRunSampler(handPlan().phases[0]!, 7);
    const steps = events.filter((event) => event.kind === 'step');
    expect(steps).toHaveLength(60);
    for (const { metrics, places } of steps) {
      const picks = places().map(({ datasetId, draw }) => ({ datasetId, draw }));
      expect(picks).toEqual(picks.map((_, slot) => sampler.pick(metrics.step, slot)));
    }
  });

  test('measures held-out loss before, at the end of each stage and after', () => {
    const lines = readStepLog<HeldOutLoss>(join(whole, 'held-out.jsonl'));
    expect(lines.map(({ step, dataset }) => `${step} ${dataset}`)).toEqual(
      [0, 30, 60].flatMap((step) => ['speeches', 'novel', 'code'].map((dataset) => `${step} ${dataset}`)),
    );
    expect(lines.map(({ sequence }) => sequence)).toEqual([8, 8, 8, 8, 8, 8, 16, 16, 16]);
  });

  test('of a large model with weights from the seed measures nothing before its first step, and rehearses after it', async () => {
    const plan = handPlan();
    const folder = newFolder();
    const seen: string[] = [];
    const observe = (event: TrainingEvent) => {
      if (event.kind === 'held-out' || event.kind === 'step') seen.push(event.kind);
    };
    const large = { ...plan, model: { ...plan.model, vocab: 2 ** 26 } };
    await fakeRun(folder, { plan: large, freshWeights: true, lastStep: 31, observe });
    expect(seen.indexOf('held-out')).toBe(30);
    const steps = readStepLog<HeldOutLoss>(join(folder, 'held-out.jsonl')).map(({ step }) => step);
    expect([...new Set(steps)]).toEqual([30, 31]);
  });

  test('says when a step compiles, and keeps no more checkpoints than asked', () => {
    expect(events.filter(({ kind }) => kind === 'new-shape')).toMatchObject([{ step: 1 }, { step: 31 }]);
    expect(events.filter((event) => event.kind === 'checkpoint').map(({ step }) => step)).toEqual([
      10, 20, 30, 40, 50, 60,
    ]);
    expect(checkpointsOf(whole)).toEqual([60, 50]);
    expect(readdirSync(whole).sort()).toEqual([
      'checkpoints',
      'evaluations.jsonl',
      'held-out.jsonl',
      'metrics.jsonl',
      'timings.jsonl',
    ]);
  });
});

describe('an interrupted run', () => {
  test.each([1, 25, 30, 31, 40, 59])('stopped at step %i and resumed is the uninterrupted one', async (stop) => {
    const folder = newFolder();
    const controller = new AbortController();
    const observe = (event: TrainingEvent) => {
      if (event.kind === 'step' && event.metrics.step === stop) controller.abort();
    };
    const first = await fakeRun(folder, { observe, interrupted: controller.signal });
    expect(first).toMatchObject({ ended: 'interrupted', step: stop });
    expect(checkpointsOf(folder)[0]).toBe(stop);
    const second = await fakeRun(folder);
    expect(second).toMatchObject({ ended: 'finished', startStep: stop, skipped: [] });
    expectSameRun(folder, second);
  });

  test('a signal that comes while steps compute is seen at the next step', async () => {
    const controller = new AbortController();
    const observe = (event: TrainingEvent) => {
      if (event.kind === 'step' && event.metrics.step === 3) setImmediate(() => controller.abort());
    };
    const result = await fakeRun(newFolder(), { observe, interrupted: controller.signal });
    expect(result).toMatchObject({ ended: 'interrupted', step: 3 });
  });

  test('before the first step leaves no checkpoint', async () => {
    const folder = newFolder();
    const result = await fakeRun(folder, { interrupted: AbortSignal.abort() });
    expect(result).toMatchObject({ ended: 'interrupted', step: 0 });
    expect(checkpointsOf(folder)).toEqual([]);
    expectSameRun(folder, await fakeRun(folder));
  });
});

test('a resumed run whose metrics were deleted goes on and says so', async () => {
  const folder = newFolder();
  await fakeRun(folder, { lastStep: 30 });
  writeFileSync(join(folder, 'metrics.jsonl'), '');
  const notes: string[] = [];
  await fakeRun(folder, { observe: (event) => event.kind === 'note' && notes.push(event.message) });
  expect(notes).toEqual(['metrics.jsonl has 0 lines for the 30 steps before this one']);
  expect(readStepLog(join(folder, 'metrics.jsonl'))[0]?.step).toBe(31);
});

test('a run of some steps ends with a checkpoint and goes on from it', async () => {
  const folder = newFolder();
  expect(await fakeRun(folder, { lastStep: 25 })).toMatchObject({ ended: 'finished', step: 25 });
  expect(checkpointsOf(folder)).toEqual([25, 20]);
  const second = await fakeRun(folder);
  expect(second.startStep).toBe(25);
  expect(second.stateHash).toBe(uninterrupted.stateHash);
  expect(metricsOf(folder)).toBe(metricsOf(whole));
});

describe('a damaged newest checkpoint', () => {
  const damages: Record<string, [damage: (path: string) => void, reason: string]> = {
    'manifest missing': [(path) => rmSync(join(path, 'manifest.json')), 'manifest.json is missing'],
    'manifest torn': [(path) => truncateSync(join(path, 'manifest.json'), 40), 'manifest.json is not JSON'],
    'parameters missing': [(path) => rmSync(join(path, 'parameters.safetensors')), 'parameters.safetensors is missing'],
    'parameters torn': [(path) => truncateSync(join(path, 'parameters.safetensors'), 200), 'has 200 bytes'],
    'optimizer empty': [
      (path) => truncateSync(join(path, 'optimizer.safetensors'), 0),
      'optimizer.safetensors has 0 bytes',
    ],
    'optimizer with one bit flipped': [
      (path) => flipBit(join(path, 'optimizer.safetensors')),
      'does not have the hash',
    ],
    'of another plan': [
      (path) => {
        const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
        writeFileSync(join(path, 'manifest.json'), JSON.stringify({ ...manifest, plan: 'b'.repeat(64) }));
      },
      `is of plan bbbbbbbb, not ${handPlan().hash.slice(0, 8)}`,
    ],
  };

  test.each(Object.keys(damages))('%s: the one before is used, and the run ends the same', async (name) => {
    const [damage, reason] = damages[name]!;
    const folder = newFolder();
    await fakeRun(folder, { lastStep: 40 });
    damage(join(folder, 'checkpoints', 'step-00000040'));
    const resumed = await fakeRun(folder);
    expect(resumed).toMatchObject({ startStep: 30, skipped: [{ step: 40, reason: expect.stringContaining(reason) }] });
    expectSameRun(folder, resumed);
  });

  test('none verifies: the run starts over and ends the same', async () => {
    const folder = newFolder();
    await fakeRun(folder, { lastStep: 40 });
    for (const step of [30, 40]) rmSync(join(folder, 'checkpoints', `step-000000${step}`, 'manifest.json'));
    const resumed = await fakeRun(folder);
    expect(resumed.startStep).toBe(0);
    expect(resumed.skipped.map(({ step }) => step)).toEqual([40, 30]);
    expectSameRun(folder, resumed);
  });
});

describe('a loss that is no number', () => {
  test('stops the run with the batch in the message and no checkpoint after it', async () => {
    const folder = newFolder();
    const failure = await fakeRun(folder, { poisonedStep: 45 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NonFiniteStep);
    const { message, help, exitCode, places } = failure as NonFiniteStep;
    expect(exitCode).toBe(4);
    expect(message).toContain('the loss of step 45 is NaN, at 2,880 tokens in stage `late`');
    expect(places).toHaveLength(4);
    for (const { dataset, window } of places)
      expect(message).toMatch(new RegExp(`\`${dataset}\` windows?.* ${window}\\b`));
    expect(help).toContain('the last checkpoint is of step 40');
    expect(checkpointsOf(folder)).toEqual([40, 30]);
    expect(readStepLog(join(folder, 'metrics.jsonl')).at(-1)?.step).toBe(44);
  });
});

describe('a checkpoint that the file system refuses', () => {
  test.each([
    ['ENOSPC', 'no space is left (ENOSPC)', 'free space or raise the limit'],
    ['EFBIG', 'the file is larger than the limit allows (EFBIG)', 'free space or raise the limit'],
    ['EROFS', 'the file system is read-only (EROFS)', 'make the run folder writable'],
  ])('%s ends the run, which goes on from the one before', async (code, reason, advice) => {
    const folder = newFolder();
    let failing: Promise<() => void> | null = null;
    const observe = (event: TrainingEvent) => {
      if (event.kind === 'step' && event.metrics.step === 25) failing = failFileWrites(code);
    };
    const failure = await fakeRun(folder, { observe }).catch((error: unknown) => error);
    (await failing!)();
    expect(failure).toBeInstanceOf(CheckpointNotWritten);
    expect(failure).toMatchObject({
      message: `the checkpoint \`step-00000030\` of step 30 cannot be written: ${reason}`,
      help: `${advice}, then go on from step 20 with \`--resume\``,
      exitCode: 4,
      cause: { code },
    });
    expect(readdirSync(join(folder, 'checkpoints')).sort()).toEqual(['step-00000010', 'step-00000020']);
    expectSameRun(folder, await fakeRun(folder));
  });

  test('in the rehearsal ends the run before its first step', async () => {
    const folder = newFolder();
    const restore = await failFileWrites('ENOSPC');
    const failure = await fakeRun(folder)
      .catch((error: unknown) => error)
      .finally(restore);
    expect(failure).toMatchObject({
      message: "the rehearsal's checkpoint cannot be written: no space is left (ENOSPC)",
      help: 'free space or raise the limit, then run again with `--resume`',
      exitCode: 4,
    });
    expect(metricsOf(folder)).toBe('');
    expect(readdirSync(folder)).not.toContain('.rehearsal');
  });
});

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 5]! ^= 4;
  writeFileSync(path, bytes);
  expect(existsSync(path)).toBe(true);
}
