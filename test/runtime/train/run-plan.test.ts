import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRunSampler, type Plan } from '../../../compiler/plan/index.ts';
import { hubAccess } from '../../../runtime/hub/hub-access.ts';
import type { RunEvent } from '../../../runtime/train/run-event.ts';
import type { RunOptions } from '../../../runtime/train/run-options.ts';
import { runPlan } from '../../../runtime/train/run-plan.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { runOptions } from '../../support/run-options.ts';
import { textFolder, textPlan, writeRows } from '../../support/text-folder.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'smol-cache-'));
const recipeFolder = textFolder();

const optionsOf = (changes: Partial<RunOptions> = {}): RunOptions =>
  runOptions(changes.plan ?? textPlan(), { recipeFolder, cacheFolder }, changes);

const json = (folder: string, name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

describe('runPlan', () => {
  test('leaves a folder with everything, and reports what it measured', async () => {
    const events: RunEvent[] = [];
    const options = optionsOf({ observe: (event) => events.push(event) });
    const report = await runPlan(options, fakeEngine());
    expect(report).toMatchObject({
      ended: 'finished',
      engine: 'fake',
      compiled: false,
      step: 60,
      steps: 60,
      tokens: 3840,
    });
    expect(report.folder).toBe(join(options.runsFolder, 'by_hand'));
    expect(readdirSync(report.folder).sort()).toEqual([
      'checkpoints',
      'data.json',
      'evaluations.jsonl',
      'held-out.jsonl',
      'metrics.jsonl',
      'plan.json',
      'run.json',
      'timings.jsonl',
      'tokenizer.json',
    ]);
    expect(json(report.folder, 'plan.json')).toEqual(options.plan);
    expect(json(report.folder, 'run.json')).toMatchObject({
      recipe: 'by_hand',
      plan: options.plan.hash,
      engine: 'fake',
    });
    for (const { dataset, before, after, unigramEntropy } of report.heldOut) {
      expect(before, dataset).toBeGreaterThan(0);
      expect(after, dataset).toBeGreaterThan(0);
      expect(unigramEntropy, dataset).toBeGreaterThan(1);
      expect(unigramEntropy, dataset).toBeLessThan(Math.log(4096));
    }
    expect(report.samples.map(({ dataset }) => dataset)).toEqual(['speeches', 'novel', 'code']);
    expect(report.samples[0]!.prompt).toMatch(/^Fellow citizens/);
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'preparing').slice(0, 7)).toEqual([
      'engine',
      'prepared',
      'opened',
      'phase',
      'rehearsed',
      'measuring',
      'held-out',
    ]);
  });

  test('reads each dataset exactly as often as the plan says, and every slot as the sampler says', async () => {
    const plan = textPlan();
    const sampler = createRunSampler(plan.phases[0]!, plan.seed);
    const seen = new Map<string, number>();
    const observe = (event: RunEvent) => {
      if (event.kind !== 'step') return;
      for (const [slot, place] of event.places().entries()) {
        const { datasetId, draw } = place;
        expect({ datasetId, draw }).toEqual(sampler.pick(event.metrics.step, slot));
        const tokens = sampler.segmentAt(event.metrics.step).sequence;
        seen.set(datasetId, (seen.get(datasetId) ?? 0) + tokens);
      }
    };
    await runPlan(optionsOf({ plan, observe }), fakeEngine());
    for (const { id } of plan.datasets) expect(seen.get(id)).toBe(sampler.tokensReadBefore(61, id));
  });

  test('a second run of the recipe takes the next folder and writes the same bytes', async () => {
    const runsFolder = mkdtempSync(join(tmpdir(), 'smol-runs-'));
    const first = await runPlan(optionsOf({ runsFolder }), fakeEngine());
    const second = await runPlan(optionsOf({ runsFolder }), fakeEngine());
    expect(second.folder).toBe(join(runsFolder, 'by_hand-2'));
    for (const name of ['metrics.jsonl', 'held-out.jsonl', 'data.json', 'run.json', 'plan.json']) {
      expect(readFileSync(join(second.folder, name)), name).toEqual(readFileSync(join(first.folder, name)));
    }
    expect(second.samples).toEqual(first.samples);
  });

  test('a loss that is no number leaves the batch in fault.json, which a resumed run removes', async () => {
    const options = optionsOf();
    const poisoned = fakeEngine((program) => {
      program.poisonedStep = 25;
    });
    await expect(runPlan(options, poisoned)).rejects.toThrow('the loss of step 25 is NaN');
    const folder = join(options.runsFolder, 'by_hand');
    const fault = json(folder, 'fault.json');
    expect(fault).toMatchObject({ step: 25, loss: 'NaN', stage: 'early', tokens: 1600 });
    expect(fault.batch).toHaveLength(8);
    await runPlan({ ...options, resume: true }, fakeEngine());
    expect(existsSync(join(folder, 'fault.json'))).toBe(false);
  });
});

describe('resuming', () => {
  /** A run that stopped after step 25, in a folder of its own. */
  async function stoppedRun(changes: Partial<RunOptions> = {}): Promise<RunOptions> {
    const options = optionsOf({ ...changes, steps: 25 });
    await runPlan(options, fakeEngine());
    return { ...options, steps: null, resume: true };
  }

  test('takes the newest folder with this plan, and ends as the uninterrupted run', async () => {
    const whole = await runPlan(optionsOf(), fakeEngine());
    const options = await stoppedRun();
    const report = await runPlan(options, fakeEngine());
    expect(report.folder).toBe(join(options.runsFolder, 'by_hand'));
    expect(readFileSync(join(report.folder, 'metrics.jsonl'))).toEqual(
      readFileSync(join(whole.folder, 'metrics.jsonl')),
    );
    expect(report.samples).toEqual(whole.samples);
  });

  test('of a finished run does nothing again but report', async () => {
    const options = optionsOf();
    const first = await runPlan(options, fakeEngine());
    const again = await runPlan({ ...options, resume: true }, fakeEngine());
    expect(again).toEqual(first);
  });

  test('refuses where there is nothing, and where the recipe gives another plan', async () => {
    await expect(runPlan(optionsOf({ resume: true }), fakeEngine())).rejects.toThrow('there is no run to resume');
    const options = await stoppedRun();
    const other: Plan = { ...textPlan({ clip_norm: null }), settings: ['pretrain.clip_norm=2'] };
    await expect(runPlan({ ...options, plan: other }, fakeEngine())).rejects.toMatchObject({
      message: expect.stringContaining(
        `was started from plan ${textPlan().hash.slice(0, 8)}, and this recipe now gives plan ${other.hash.slice(0, 8)}`,
      ),
      help: expect.stringContaining('no profile or setting'),
    });
  });

  test('passes over a newer folder with a damaged plan', async () => {
    const options = await stoppedRun();
    mkdirSync(join(options.runsFolder, 'by_hand-2'));
    writeFileSync(join(options.runsFolder, 'by_hand-2', 'plan.json'), '{');
    const report = await runPlan(options, fakeEngine());
    expect(report.folder).toBe(join(options.runsFolder, 'by_hand'));
  });

  test('refuses changed data by the name of its dataset, and keeps the folder as it was', async () => {
    const own = textFolder();
    const options = await stoppedRun({ recipeFolder: own });
    writeRows(own, 'novel', 14, (row) => `The shark number ${row} rose from the grey sea, and the captain saw it.`);
    await expect(runPlan(options, fakeEngine())).rejects.toThrow('dataset `novel` has changed');
    const folder = join(options.runsFolder, 'by_hand');
    expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n')).toHaveLength(25);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('on another engine says that digits may differ', async () => {
    const options = await stoppedRun();
    const folder = join(options.runsFolder, 'by_hand');
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...json(folder, 'run.json'), engine: 'XLA, 2 threads' }));
    const notes: string[] = [];
    const observe = (event: RunEvent) => event.kind === 'note' && notes.push(event.message);
    await runPlan({ ...options, observe }, fakeEngine());
    expect(notes).toEqual([expect.stringContaining('started with engine XLA, 2 threads: with fake')]);
  });
});

test('a precision that the processor only converts is noted, and the run goes on', async () => {
  const notes: string[] = [];
  const observe = (event: RunEvent) => event.kind === 'note' && notes.push(event.message);
  const engine = fakeEngine();
  const converting = { ...engine, capabilities: { ...engine.capabilities, convertedPrecisions: ['bf16'] } };
  const report = await runPlan(optionsOf({ plan: textPlan({ precision: 'bf16' }), observe }), converting);
  expect(notes).toEqual([expect.stringContaining('no instructions for `bf16`')]);
  expect(report.ended).toBe('finished');
});

describe('a batch that is left out', () => {
  const poisonedAt = (step: number) =>
    fakeEngine((program) => {
      program.poisonedStep = step;
    });

  test('after a loss that is no number: the run goes on past it, and records what it left out', async () => {
    const options = optionsOf();
    await expect(runPlan(options, poisonedAt(25))).rejects.toMatchObject({
      help: expect.stringContaining('leave the batch out with `--resume --skip-batch 25`'),
    });
    const again = { ...options, resume: true, skipBatches: [25] };
    const report = await runPlan(again, poisonedAt(25));
    expect(report).toMatchObject({ ended: 'finished', step: 60, tokens: 3840 });
    const record = { phase: 'pretrain', kind: 'asked', step: 25, checkpoint: 20, first: 25, last: 25 };
    expect(report.skips).toEqual([expect.objectContaining(record)]);
    expect(report.skips[0]!.datasets.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(64);
    expect(json(report.folder, 'skips.json').skips).toEqual(report.skips);
    const lines = readFileSync(join(report.folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(60);
    expect(JSON.parse(lines[24]!)).toEqual({
      step: 25,
      phase: 'pretrain',
      stage: 'early',
      tokens: 1600,
      skipped: true,
    });
    expect(existsSync(join(report.folder, 'fault.json'))).toBe(false);
  });

  test('is recorded once, though it is asked for at every resume', async () => {
    const options = optionsOf({ steps: 10 });
    await runPlan(options, fakeEngine());
    for (const steps of [11, 12]) {
      const report = await runPlan({ ...options, steps, resume: true, skipBatches: [25, 25] }, fakeEngine());
      expect(report.skips).toHaveLength(1);
    }
  });

  test.each([
    [5, 'the run goes on after step 10, which has trained on it'],
    [61, 'the run has 60 steps'],
  ])('that is step %i is refused: %s', async (step, why) => {
    const options = optionsOf({ steps: 10 });
    const { folder } = await runPlan(options, fakeEngine());
    await expect(
      runPlan({ ...options, steps: null, resume: true, skipBatches: [30, step] }, fakeEngine()),
    ).rejects.toMatchObject({ message: `step ${step} cannot be skipped: ${why}`, help: 'give a step from 11 to 60' });
    expect(existsSync(join(folder, 'skips.json'))).toBe(false);
  });
});

describe('what cannot be run is refused before a folder is made', () => {
  test.each([
    [
      'a step that needs a model',
      withDataset({ steps: [{ kind: 'score', column: 'quality', by: { kind: 'hf', repository: 'a/b' } }] }),
      'no classifier is run here',
    ],
    [
      'the hub',
      withDataset({ source: { kind: 'hf', repository: 'a/b', config: null, split: null, revision: null } }),
      'dataset `a/b`',
    ],
    [
      'a missing file',
      withDataset({ source: { kind: 'local', paths: ['none.jsonl'] } }),
      'there is no file `none.jsonl`',
    ],
    ['no phase', { ...textPlan(), phases: [] }, 'has nothing to run'],
  ])('%s', async (_name, plan, message) => {
    const options = optionsOf({ plan, hub: { ...hubAccess({ SMOL_CACHE: cacheFolder }), isOffline: true } });
    await expect(runPlan(options, fakeEngine())).rejects.toThrow(message);
    expect(readdirSync(options.runsFolder)).toEqual([]);
  });

  test('a precision that the engine has not', async () => {
    const options = optionsOf({ plan: textPlan({ precision: 'bf16' }) });
    const engine = fakeEngine();
    const older = { ...engine, capabilities: { ...engine.capabilities, precisions: ['float32'] } };
    await expect(runPlan(options, older)).rejects.toThrow('the compiled engine cannot train in `bf16`');
    expect(readdirSync(options.runsFolder)).toEqual([]);
  });

  test.each([0, 61, 1.5])('--steps %d', async (steps) => {
    await expect(runPlan(optionsOf({ steps }), fakeEngine())).rejects.toThrow(
      `\`--steps ${steps}\` is outside the 60 steps`,
    );
  });
});

function withDataset(changes: Partial<Plan['datasets'][number]>): Plan {
  const plan = textPlan();
  return {
    ...plan,
    datasets: plan.datasets.map((dataset, index) => (index === 1 ? { ...dataset, ...changes } : dataset)),
  };
}
