import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type CompileOptions, compileRecipe, type Plan, printPlan } from '../../compiler/index.ts';
import { cacheFolder, chooseEngine, type RunEvent, type RunReport, runPlan } from '../../runtime/index.ts';

export interface CompiledRun {
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly report: RunReport;
  /** Live tensors after each step. */
  readonly tensors: readonly number[];
}

/** Runs a recipe's text, as if it stood in `folder`, on the compiled engine, and collects what happens. */
export async function compiledRun(recipe: string, folder: string, options: CompileOptions = {}): Promise<CompiledRun> {
  const { plan, diagnostics } = compileRecipe(
    'recipe.smol',
    { readText: (path) => (path.endsWith('.lock') ? null : recipe) },
    options,
  );
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { engine } = await chooseEngine('compiled');
  const events: RunEvent[] = [];
  const tensors: number[] = [];
  const counting: typeof engine = {
    ...engine,
    async createProgram(programOptions) {
      const program = await engine.createProgram(programOptions);
      const { step } = program;
      program.step = async (...input) => {
        const result = await step.apply(program, input);
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
    counting,
  );
  return { plan: plan!, events, report, tensors };
}
