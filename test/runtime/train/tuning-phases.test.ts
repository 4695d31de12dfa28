import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readStepLog } from '../../../runtime/run-folder/step-log.ts';
import type { RunEvent } from '../../../runtime/train/run-event.ts';
import type { RunOptions } from '../../../runtime/train/run-options.ts';
import { runPlan } from '../../../runtime/train/run-plan.ts';
import type { RunReport } from '../../../runtime/train/run-report.ts';
import type { HeldOutLoss, StepMetrics } from '../../../runtime/train/training-event.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { runOptions } from '../../support/run-options.ts';
import { tuningFolder, tuningPlan } from '../../support/tuning-plan.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'smol-cache-'));
const recipeFolder = tuningFolder();

const optionsOf = (changes: Partial<RunOptions> = {}): RunOptions =>
  runOptions(changes.plan ?? tuningPlan(), { recipeFolder, cacheFolder }, changes);

const metricsOf = ({ folder }: RunReport) => readFileSync(join(folder, 'metrics.jsonl'), 'utf8');
const heldOutOf = ({ folder }: RunReport) => readStepLog<HeldOutLoss>(join(folder, 'held-out.jsonl'));

let whole: RunReport;
const events: RunEvent[] = [];
beforeAll(async () => {
  whole = await runPlan(optionsOf({ observe: (event) => events.push(event) }), fakeEngine());
}, 60_000);

describe('pretraining, fine-tuning and preference learning in one run', () => {
  test('count their rows, and read each as often as the plan says', () => {
    const records = events.flatMap((event) => (event.kind === 'prepared-rows' ? event.records : []));
    expect(records.map(({ phase, dataset, counts }) => [phase, dataset, counts])).toMatchObject([
      ['sft', 'chats', { rows: 28, examples: 28, endsTrained: 28, uncut: 28 }],
      ['dpo', 'pairs', { rows: 18, pairs: 18 }],
    ]);
    expect(events.filter(({ kind }) => kind === 'note')).toEqual([]);
    for (const [first, last, rows] of [
      [61, 74, 28],
      [75, 83, 18],
    ] as const) {
      const read = new Map<string, number>();
      for (const event of events) {
        if (event.kind !== 'step' || event.metrics.step < first || event.metrics.step > last) continue;
        for (const place of event.places()) {
          const key = place.rows!.join();
          read.set(key, (read.get(key) ?? 0) + 1);
        }
      }
      expect(read.size).toBe(rows);
      expect([...read.values()].every((times) => times === 2)).toBe(true);
    }
  });

  test('log trained tokens, and hold the losses out by phase', () => {
    const lines = readStepLog<StepMetrics>(join(whole.folder, 'metrics.jsonl'));
    const sft = lines.filter(({ phase }) => phase === 'sft');
    expect(sft).toHaveLength(14);
    expect(sft.every(({ tokens }, i) => tokens > (sft[i - 1]?.tokens ?? 0))).toBe(true);
    expect(whole.heldOut.map(({ phase, dataset }) => `${phase} ${dataset}`)).toEqual([
      'pretrain speeches',
      'pretrain novel',
      'pretrain code',
      'sft chats',
      'dpo pairs',
    ]);
    expect(JSON.parse(readFileSync(join(whole.folder, 'data.json'), 'utf8')).rows).toHaveLength(2);
    expect(whole.samples[0]).toMatchObject({
      dataset: 'pairs',
      prompt: expect.stringContaining('<|im_start|>user\nSay '),
    });
  });

  test.each([60, 62, 74, 75, 80])('stopped after step %i and resumed it is the same', async (steps) => {
    const options = optionsOf();
    await runPlan({ ...options, steps }, fakeEngine());
    const report = await runPlan({ ...options, resume: true }, fakeEngine());
    expect(metricsOf(report)).toBe(metricsOf(whole));
    expect(heldOutOf(report).filter(({ step }) => step !== steps || [60, 74].includes(step))).toEqual(heldOutOf(whole));
    expect(report.samples).toEqual(whole.samples);
  });
});

test('a signal while the reference is computed ends the run, which goes on as if nothing were', async () => {
  const options = optionsOf();
  const controller = new AbortController();
  const observe = (event: RunEvent) => {
    if (event.kind === 'engine' && event.phase === 'dpo') controller.abort();
  };
  const first = await runPlan({ ...options, observe, interrupted: controller.signal }, fakeEngine());
  expect(first).toMatchObject({ ended: 'interrupted', step: 74 });
  const report = await runPlan({ ...options, resume: true }, fakeEngine());
  expect(metricsOf(report)).toBe(metricsOf(whole));
  expect(heldOutOf(report)).toEqual(heldOutOf(whole));
});

describe("the reference's log-likelihoods", () => {
  const file = (folder: string) => join(folder, 'reference-dpo.bin');
  let stopped: string;
  beforeAll(async () => {
    stopped = (await runPlan({ ...optionsOf(), steps: 78 }, fakeEngine())).folder;
  }, 60_000);

  /** Goes on with a copy of a run that stopped in the phase, after a change of its folder; counts how often the reference is computed. */
  async function goOn(change: (folder: string) => void) {
    const runFolder = join(mkdtempSync(join(tmpdir(), 'smol-reference-')), 'run');
    cpSync(stopped, runFolder, { recursive: true });
    change(runFolder);
    let computed = 0;
    const engine = fakeEngine();
    const counting = {
      ...engine,
      async createProgram(...args: Parameters<typeof engine.createProgram>) {
        const program = await engine.createProgram(...args);
        const { logps } = program.preference ?? {};
        if (logps === undefined) return program;
        const counted: typeof logps = (...of) => {
          computed++;
          return logps(...of);
        };
        Object.assign(program.preference!, { logps: counted });
        return program;
      },
    };
    const report = await runPlan({ ...optionsOf(), runFolder, resume: true }, counting);
    return { report, computed };
  }

  test('are computed once: a run that goes on reads them from its folder', async () => {
    const { report, computed } = await goOn(() => {});
    expect(computed).toBe(0);
    expect(metricsOf(report)).toBe(metricsOf(whole));
    const again = await goOn((folder) => rmSync(file(folder)));
    expect(again.computed).toBeGreaterThan(0);
    expect(metricsOf(again.report)).toBe(metricsOf(whole));
    expect(readFileSync(file(again.report.folder))).toEqual(readFileSync(file(report.folder)));
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['with a changed value', (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])])],
    ['cut short', (bytes) => bytes.subarray(0, -4)],
    [
      'of other weights',
      (bytes) => Buffer.from(bytes.toString('latin1').replace(/"weights":"./, '"weights":"-'), 'latin1'),
    ],
    ['of other rows', (bytes) => Buffer.from(bytes.toString('latin1').replace(/"data":"./, '"data":"-'), 'latin1')],
    ['without a header', () => Buffer.alloc(80)],
  ])('are refused in a file %s', async (_, damaged) => {
    const change = (folder: string) => writeFileSync(file(folder), damaged(readFileSync(file(folder))));
    await expect(goOn(change)).rejects.toThrow(
      '`reference-dpo.bin` of the run folder is damaged, or was computed from other',
    );
  });
});

test('fewer rows than planned: the steps stand, and the run says the difference', async () => {
  const folder = tuningFolder();
  const chats = join(folder, 'chats.jsonl');
  const lines = readFileSync(chats, 'utf8').trimEnd().split('\n').slice(0, 25);
  writeFileSync(chats, `${lines.join('\n')}\n`);
  const notes: string[] = [];
  const observe = (event: RunEvent) => event.kind === 'note' && notes.push(event.message);
  const report = await runPlan(optionsOf({ recipeFolder: folder, observe }), fakeEngine());
  expect(report.step).toBe(83);
  expect(notes).toEqual([
    '`sft` has 23 rows to train on where the plan counts 28: its 14 steps read each 2.43 times (asked: 2)',
  ]);
});

test('rows that changed since the run started are refused', async () => {
  const folder = tuningFolder();
  const options = optionsOf({ recipeFolder: folder });
  await runPlan({ ...options, steps: 62 }, fakeEngine());
  const chats = join(folder, 'chats.jsonl');
  writeFileSync(chats, readFileSync(chats, 'utf8').replaceAll('number', 'figure'));
  await expect(runPlan({ ...options, resume: true }, fakeEngine())).rejects.toThrow(
    'dataset `chats` has changed: `sft` would read other rows than when the run started',
  );
});
