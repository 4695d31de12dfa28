import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFileHost } from '../../../cli/file-host.ts';
import { type CompileOptions, compileRecipe, createRunSampler, printPlan } from '../../../compiler/index.ts';
import { cacheFolder, chooseEngine, type RunEvent, runPlan, type StepMetrics } from '../../../runtime/index.ts';
import { tinyRecipeFolder } from '../../support/tiny-recipe.ts';

/** Runs a tiny recipe on the compiled engine and collects its events. */
async function compiledRun(change: (recipe: string) => string = (recipe) => recipe, options: CompileOptions = {}) {
  const folder = tinyRecipeFolder(change);
  const { plan, diagnostics } = compileRecipe('sparrow.smol', createFileHost(folder), options);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { engine } = await chooseEngine('compiled');
  const events: RunEvent[] = [];
  const tensors: number[] = [];
  const counted: typeof engine = {
    ...engine,
    async createProgram(programOptions) {
      const program = await engine.createProgram(programOptions);
      const { step } = program;
      program.step = async (...args) => {
        const result = await step.apply(program, args);
        tensors.push(program.tensorCount());
        return result;
      };
      return program;
    },
  };
  const report = await runPlan(
    {
      plan: plan!,
      planText: printPlan(plan!),
      recipeFolder: folder,
      runFolder: null,
      runsFolder: mkdtempSync(join(tmpdir(), 'smol-runs-')),
      resume: false,
      steps: null,
      cacheFolder: cacheFolder(),
      version: '0.0.0',
      observe: (event) => events.push(event),
      interrupted: new AbortController().signal,
    },
    counted,
  );
  return { plan: plan!, events, report, tensors };
}

test('every slot of a real run is the plan’s, and so are the counts and the stages', async () => {
  const { plan, events, report } = await compiledRun();
  expect(report.compiled).toBe(true);
  const phase = plan.phases[0]!;
  const sampler = createRunSampler(phase, plan.seed);
  const sequences = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'step') continue;
    for (const [slot, { datasetId, draw, dataset }] of event.places().entries()) {
      expect({ datasetId, draw }).toEqual(sampler.pick(event.metrics.step, slot));
      const key = `${event.metrics.stage} ${dataset}`;
      sequences.set(key, (sequences.get(key) ?? 0) + 1);
    }
  }
  for (const stage of phase.stages) {
    for (const { dataset, sequences: planned } of stage.mixture) {
      expect(sequences.get(`${stage.name} ${dataset}`), `${stage.name} ${dataset}`).toBe(planned);
    }
  }
  const metrics = readFileSync(join(report.folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const lines = metrics.map((line) => JSON.parse(line) as StepMetrics);
  expect([1, 29, 30, 31, 60].map((step) => lines[step - 1]!.stage)).toEqual([
    'early',
    'early',
    'early',
    'late',
    'late',
  ]);
  expect(lines.at(-1)!.loss).toBeLessThan(lines[0]!.loss - 0.05);
}, 120_000);

test('the number of tensors is constant over 500 steps, checkpoints and evaluations', async () => {
  const { tensors } = await compiledRun((recipe) => recipe.replaceAll('1920', '16000').replaceAll('960', '8000'));
  expect(tensors).toHaveLength(500);
  expect(new Set(tensors).size).toBe(1);
}, 120_000);
