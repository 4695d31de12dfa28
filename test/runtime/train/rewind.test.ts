import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PlanPhase, PlanSpikeRule } from '../../../compiler/plan/index.ts';
import { learningRate } from '../../../compiler/plan/index.ts';
import { listCheckpoints } from '../../../runtime/checkpoint/checkpoint-folder.ts';
import { addSkip, readSkips, skipOf } from '../../../runtime/run-folder/skip-record.ts';
import { readStepLog } from '../../../runtime/run-folder/step-log.ts';
import { RewindsUsedUp } from '../../../runtime/train/rewinds-used-up.ts';
import type { MetricsLine, TrainingEvent } from '../../../runtime/train/training-event.ts';
import { crashAt } from '../../support/crash-at.ts';
import { type FakeRunOptions, fakeRun } from '../../support/fake-run.ts';
import { fakeData, handPlan } from '../../support/training-fakes.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'smol-rewind-'));
const checkpointsOf = (folder: string) => listCheckpoints(join(folder, 'checkpoints'));
const skipsOf = (folder: string) => readSkips(join(folder, 'skips.json'));
const linesOf = (folder: string) => readStepLog<MetricsLine>(join(folder, 'metrics.jsonl'));
const skippedSteps = (folder: string) =>
  linesOf(folder)
    .filter((line) => 'skipped' in line)
    .map(({ step }) => step);

const rule: PlanSpikeRule = { kind: 'rewind', to: 'last_checkpoint', skip_steps: 4, over: 6, window_steps: 8 };
const plan = (changes: Partial<PlanSpikeRule> = {}, phase: Partial<PlanPhase> = {}) =>
  handPlan({ on_spike: { ...rule, ...changes }, ...phase });
const files = ['metrics.jsonl', 'held-out.jsonl', 'skips.json'];
const contentOf = (folder: string) =>
  files.map((name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : null));

describe('a spike', () => {
  test('takes the run back to its checkpoint and past the data around it; position, data and rate go on', async () => {
    const folder = newFolder();
    const events: TrainingEvent[] = [];
    const result = await fakeRun(folder, {
      plan: plan(),
      spikes: new Map([[47, 90]]),
      observe: (event) => events.push(event),
    });
    expect(result).toMatchObject({ ended: 'finished', step: 60 });
    expect(skipsOf(folder)).toEqual([
      expect.objectContaining({
        phase: 'pretrain',
        kind: 'rewind',
        step: 47,
        checkpoint: 40,
        first: 44,
        last: 47,
        loss: 90,
      }),
    ]);
    expect(skippedSteps(folder)).toEqual([44, 45, 46, 47]);
    const lines = linesOf(folder);
    expect(lines.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    for (const line of lines) {
      expect(line.tokens).toBe(line.step * 64);
      if (!('skipped' in line)) {
        expect(line.learning_rate).toBe(learningRate(handPlan().phases[0]!.schedule, line.step));
        expect(line.loss).toBeLessThan(1);
      }
    }
    expect(checkpointsOf(folder)).toEqual([60, 50]);
    const rewound = events.filter((event) => event.kind === 'rewound');
    expect(rewound).toHaveLength(1);
    expect(rewound[0]!.message).toMatch(
      /^the loss of step 47 is 90.0, .* standard deviations above the mean 0\.\d+ of those before it$/,
    );
  });

  test('counts what it leaves out: the tokens of the slots of the skipped steps', async () => {
    const folder = newFolder();
    await fakeRun(folder, { plan: plan(), spikes: new Map([[47, 90]]) });
    const data = fakeData(plan());
    const expected = new Map<string, number>();
    for (const step of [44, 45, 46, 47]) {
      for (const { dataset } of data.placesAt(step)) expected.set(dataset, (expected.get(dataset) ?? 0) + 16);
    }
    const [skip] = skipsOf(folder);
    expect(new Map(skip!.datasets.map(({ dataset, tokens }) => [dataset, tokens]))).toEqual(expected);
    expect(skip!.datasets.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(4 * 64);
  });

  test.each<readonly [string, number, Partial<PlanSpikeRule>, number, number, number]>([
    ['right after the checkpoint: what is skipped starts there', 41, {}, 40, 41, 44],
    ['further away than the skip: what is skipped ends with it', 49, {}, 40, 46, 49],
    ['near the end: nothing beyond the last step', 59, { skip_steps: 30 }, 50, 51, 60],
    ['before the first checkpoint: the run starts again', 9, {}, 0, 6, 9],
  ])('%s', async (_, step, changes, checkpoint, first, last) => {
    const folder = newFolder();
    const result = await fakeRun(folder, { plan: plan(changes), spikes: new Map([[step, 90]]) });
    expect(result).toMatchObject({ ended: 'finished', step: 60 });
    expect(skipsOf(folder)).toEqual([expect.objectContaining({ step, checkpoint, first, last })]);
    expect(skippedSteps(folder)).toEqual(Array.from({ length: last - first + 1 }, (_, i) => first + i));
    expect(linesOf(folder)).toHaveLength(60);
  });

  test('weights after it are those of a run that never saw the data: what is skipped leaves no trace', async () => {
    const spiked = newFolder();
    const asked = newFolder();
    const result = await fakeRun(spiked, { plan: plan(), spikes: new Map([[47, 90]]) });
    await fakeRun(asked, { plan: plan(), lastStep: 40 });
    const [skip] = skipsOf(spiked);
    await addSkip(join(asked, 'skips.json'), { ...skip!, kind: 'asked' });
    const other = await fakeRun(asked, { plan: plan() });
    expect(other.stateHash).toBe(result.stateHash);
    expect(linesOf(asked)).toEqual(linesOf(spiked));
  });

  test('a loss that is no number is one too, from the first step on', async () => {
    const folder = newFolder();
    const result = await fakeRun(folder, { plan: plan({ window_steps: 200 }), poisonedStep: 3 });
    expect(result.ended).toBe('finished');
    expect(skipsOf(folder)).toEqual([
      expect.objectContaining({ step: 3, checkpoint: 0, first: 1, last: 4, loss: 'NaN', mean: null, deviation: null }),
    ]);
  });

  test('again and again after one checkpoint ends the run with an explanation', async () => {
    const folder = newFolder();
    const spikes = new Map(Array.from({ length: 10 }, (_, i) => [41 + i, 90 + i]));
    const failure = await fakeRun(folder, { plan: plan({ skip_steps: 1 }), spikes }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RewindsUsedUp);
    expect(failure).toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('and the run has gone back to step 40 3 times already'),
      help: expect.stringContaining('--resume --skip-batch 44'),
    });
    expect(skipsOf(folder).map(({ step }) => step)).toEqual([41, 42, 43]);
    expect(checkpointsOf(folder)).toEqual([40, 30]);
  });

  test('spikes after different checkpoints do not add up', async () => {
    const folder = newFolder();
    const steps = [15, 25, 35, 45, 55];
    const result = await fakeRun(folder, {
      // Of three losses at random the deviation is sometimes small: 90 is far beyond 40 of them all the same.
      plan: plan({ skip_steps: 1, window_steps: 3, over: 40 }),
      spikes: new Map(steps.map((step) => [step, 90])),
    });
    expect(result.ended).toBe('finished');
    expect(skipsOf(folder).map(({ step, checkpoint }) => [step, checkpoint])).toEqual(
      steps.map((step) => [step, step - 5]),
    );
  });

  test('no checkpoint is written where steps are skipped, but at the last one', async () => {
    const folder = newFolder();
    const written: number[] = [];
    await fakeRun(folder, {
      plan: plan({ skip_steps: 15 }, { checkpoint: { every_steps: 10, keep: null } }),
      spikes: new Map([
        [31, 90],
        [56, 80],
      ]),
      observe: (event) => event.kind === 'checkpoint' && written.push(event.step),
    });
    // 31 begins a stage, whose window is empty: only the spike at 56 counts, back to 50 and past the end.
    expect(written).toEqual([10, 20, 30, 40, 50, 60]);
    expect(skippedSteps(folder)).toEqual(Array.from({ length: 10 }, (_, i) => 51 + i));
  });
});

describe('a run that is stopped and goes on', () => {
  const spiky: FakeRunOptions = {
    plan: plan(),
    spikes: new Map([
      [28, 80],
      [47, 90],
      [52, 95],
    ]),
  };

  test('by a kill at any file operation of the way ends as the one that was not', async () => {
    const whole = newFolder();
    const { stateHash } = await fakeRun(whole, spiky);
    expect(skipsOf(whole).map(({ step }) => step)).toEqual([28, 47, 52]);
    let points = 0;
    for (let point = 1; ; point += 31) {
      const folder = newFolder();
      if (!(await crashAt(point, () => fakeRun(folder, spiky)))) break;
      points++;
      const resumed = await fakeRun(folder, spiky);
      expect(resumed.stateHash, `dead at operation ${point}`).toBe(stateHash);
      expect(contentOf(folder), `dead at operation ${point}`).toEqual(contentOf(whole));
    }
    expect(points).toBeGreaterThan(4);
  }, 60_000);

  test.each([25, 27, 43, 45, 46, 50, 53])('by an interruption after step %i too', async (stop) => {
    const whole = newFolder();
    const { stateHash } = await fakeRun(whole, spiky);
    const folder = newFolder();
    const controller = new AbortController();
    const observe = (event: TrainingEvent) => {
      if (event.kind === 'step' && event.metrics.step === stop) controller.abort();
      if (event.kind === 'skipped' && event.line.step === stop) controller.abort();
    };
    expect(await fakeRun(folder, { ...spiky, observe, interrupted: controller.signal })).toMatchObject({
      ended: 'interrupted',
      step: stop,
    });
    const resumed = await fakeRun(folder, spiky);
    expect(resumed.stateHash).toBe(stateHash);
    expect(contentOf(folder)).toEqual(contentOf(whole));
    expect(checkpointsOf(folder)).toEqual(checkpointsOf(whole));
  });

  test('by `--steps`, with one checkpoint kept, goes back to where the uninterrupted one does', async () => {
    const one = { ...spiky, plan: plan({}, { checkpoint: { every_steps: 10, keep: 1 } }) };
    const whole = newFolder();
    const { stateHash } = await fakeRun(whole, one);
    const folder = newFolder();
    for (const lastStep of [25, 44, 46]) await fakeRun(folder, { ...one, lastStep });
    const resumed = await fakeRun(folder, one);
    expect(resumed.stateHash).toBe(stateHash);
    expect(contentOf(folder)).toEqual(contentOf(whole));
  });
});

describe('skips.json', () => {
  test('that is none of ours is refused by name, never passed over', () => {
    const path = join(newFolder(), 'skips.json');
    for (const text of ['', '{', '[]', '{"format":2,"skips":[]}', '{"format":1,"skips":[{"phase":"a"}]}']) {
      writeFileSync(path, text);
      expect(() => readSkips(path), text).toThrow('is not a record of skipped steps');
    }
  });

  test('of two records that hold a step the newer one counts', () => {
    const skip = (first: number, last: number) =>
      ({ phase: 'pretrain', kind: 'rewind', step: last, checkpoint: 0, first, last, datasets: [] }) as never;
    const skips = [skip(3, 6), skip(5, 9)];
    const found = [2, 3, 5, 9, 10].map((step) => skipOf(skips, step));
    expect(found).toEqual([null, skips[0], skips[1], skips[1], null]);
  });
});
