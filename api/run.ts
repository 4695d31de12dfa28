import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plan, printPlan, readPlan } from '../compiler/index.ts';
import packageDescription from '../package.json' with { type: 'json' };
import type { EngineChoice, RunObserver, RunReport } from '../runtime/index.ts';

export interface RunSettings {
  /** The folder that the plan's local paths are relative to: a path, or a `file:` URL; the current folder unless given. */
  readonly folder?: string | URL;
  /** The folder to train into; the next free one under `runs/` unless given. */
  readonly runFolder?: string;
  /** Go on from the newest checkpoint that verifies. */
  readonly resume?: boolean;
  /** Stop after this step of the run. */
  readonly steps?: number;
  /** `auto` (the default) takes the compiled engine where it is installed, else WebAssembly. */
  readonly engine?: EngineChoice;
  /** Called as things happen: steps with their losses, held-out losses, checkpoints. */
  readonly observe?: RunObserver;
  /** Aborted: finish the step, write a checkpoint, return. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a plan as `smol run` does: the same data, the same losses, the same run folder. Throws named errors with a `help`
 * line: `PlanError` for a plan that is none, `RunError`, the data's and the engine's.
 */
export async function run(plan: Plan, settings: RunSettings = {}): Promise<RunReport> {
  const { cacheFolder, chooseEngine, runPlan } = await import('../runtime/index.ts');
  const { folder = '.', runFolder, resume = false, steps, engine = 'auto', observe = () => {}, signal } = settings;
  const planText = printPlan(readPlan(JSON.stringify(plan)));
  const chosen = await chooseEngine(engine);
  if (chosen.missing !== null)
    observe({ kind: 'note', message: `${chosen.missing.message}: WebAssembly runs instead` });
  return runPlan(
    {
      plan,
      planText,
      recipeFolder: folder instanceof URL ? fileURLToPath(folder) : resolve(folder),
      runFolder: runFolder === undefined ? null : resolve(runFolder),
      runsFolder: resolve('runs'),
      resume,
      steps: steps ?? null,
      cacheFolder: cacheFolder(process.env),
      version: packageDescription.version,
      observe,
      interrupted: signal ?? new AbortController().signal,
    },
    chosen.engine,
  );
}
