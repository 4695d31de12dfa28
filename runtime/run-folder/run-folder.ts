import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RunError } from '../train/run-error.ts';
import { makeFolders } from './make-folders.ts';
import { usingPlace } from './refused-file.ts';

/** The files of one run. A run folder holds all that `smol generate` and `--resume` need but the data. */
export interface RunFolder {
  readonly path: string;
  readonly plan: string;
  readonly tokenizer: string;
  readonly run: string;
  readonly data: string;
  readonly metrics: string;
  readonly timings: string;
  readonly heldOut: string;
  readonly evaluations: string;
  /** Steps that were passed without training; absent while there are none. */
  readonly skips: string;
  readonly fault: string;
  readonly checkpoints: string;
}

export function runFolderAt(path: string): RunFolder {
  return {
    path,
    plan: join(path, 'plan.json'),
    tokenizer: join(path, 'tokenizer.json'),
    run: join(path, 'run.json'),
    data: join(path, 'data.json'),
    metrics: join(path, 'metrics.jsonl'),
    timings: join(path, 'timings.jsonl'),
    heldOut: join(path, 'held-out.jsonl'),
    evaluations: join(path, 'evaluations.jsonl'),
    skips: join(path, 'skips.json'),
    fault: join(path, 'fault.json'),
    checkpoints: join(path, 'checkpoints'),
  };
}

/**
 * Makes `runs/<recipe>`, or `<recipe>-2`, `-3`, … when that is taken; two processes never get the same one. Throws `RunError` where
 * no folder can be made.
 */
export function createNextRunFolder(runs: string, recipe: string): RunFolder {
  making(runs, () => makeFolders(runs));
  for (let number = 1; ; number++) {
    const path = join(runs, numberedName(recipe, number));
    if (making(path, () => isMade(path))) return runFolderAt(path);
  }
}

/** False where something has the name already. */
function isMade(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Makes the folder that was asked for. Throws `RunError` when something is in it already, or where no folder can be made. */
export function createRunFolderAt(path: string): RunFolder {
  if (making(path, () => existsSync(path) && readdirSync(path).length > 0)) {
    throw new RunError(`\`${path}\` is not empty`, {
      help: `to go on with the run in it, add \`--resume\`; for a new run, choose another folder`,
    });
  }
  making(path, () => makeFolders(path));
  return runFolderAt(path);
}

function making<Result>(path: string, work: () => Result): Result {
  return usingPlace(
    work,
    (reason) =>
      new RunError(`the run folder \`${path}\` cannot be made: ${reason}`, {
        help: 'choose another folder with `--run-dir`',
      }),
  );
}

/** Run folders of a recipe under `runs`, newest number first. */
export function listRunFolders(runs: string, recipe: string): RunFolder[] {
  if (!existsSync(runs)) return [];
  const numbers = readdirSync(runs)
    .map((name) => numberOf(name, recipe))
    .filter((number) => number !== null)
    .sort((a, b) => b - a);
  return numbers.map((number) => runFolderAt(join(runs, numberedName(recipe, number))));
}

function numberedName(recipe: string, number: number): string {
  return number === 1 ? recipe : `${recipe}-${number}`;
}

/** The number of a folder's name; null when it is not one of the recipe's. Recipe names have no hyphen. */
function numberOf(name: string, recipe: string): number | null {
  if (name === recipe) return 1;
  const suffix = name.startsWith(`${recipe}-`) ? name.slice(recipe.length + 1) : '';
  return /^[1-9]\d{0,8}$/.test(suffix) && suffix !== '1' ? Number(suffix) : null;
}
