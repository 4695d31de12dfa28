import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { RunError } from '../train/run-error.ts';
import { type RunFolder, runFolderAt } from './run-folder.ts';

/** The run folder of a path to it or to one of its checkpoints, with the checkpoint's step in that case. Throws `RunError`. */
export function locateRun(
  path: string,
  help: string,
  name = path,
): { readonly folder: RunFolder; readonly step: number | null } {
  const absolute = resolve(path);
  if (existsSync(join(absolute, 'plan.json'))) return { folder: runFolderAt(absolute), step: null };
  const folder = runFolderAt(dirname(dirname(absolute)));
  const number = /^step-(\d+)$/.exec(basename(absolute))?.[1];
  if (number !== undefined && existsSync(absolute) && existsSync(folder.plan)) return { folder, step: Number(number) };
  throw new RunError(
    `\`${name}\` is ${existsSync(absolute) ? 'neither a run folder nor a checkpoint in one' : 'not there'}`,
    { help },
  );
}
