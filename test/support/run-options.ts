import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../compiler/plan/index.ts';
import type { RunOptions } from '../../runtime/train/run-options.ts';

/** Options of a new run of `plan`, in a folder for runs of its own. */
export function runOptions(
  plan: Plan,
  folders: Pick<RunOptions, 'recipeFolder' | 'cacheFolder'>,
  changes: Partial<RunOptions> = {},
): RunOptions {
  return {
    plan,
    planText: JSON.stringify(plan),
    ...folders,
    runFolder: null,
    runsFolder: mkdtempSync(join(tmpdir(), 'smol-runs-')),
    resume: false,
    steps: null,
    version: '0.0.0',
    observe: () => {},
    interrupted: new AbortController().signal,
    ...changes,
  };
}
