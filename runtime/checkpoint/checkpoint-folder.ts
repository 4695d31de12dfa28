import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { usingRunFile } from '../run-folder/refused-file.ts';

/** `step-00000600`: eight digits sort as numbers up to 10^8 - 1 steps; longer numbers are read all the same. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

/** Where the checkpoint of a step stands in a run's `checkpoints` folder. */
export function checkpointPath(checkpoints: string, step: number): string {
  return join(checkpoints, checkpointName(step));
}

/** Steps that have a checkpoint folder, whole or not, newest first. Throws `RunFileRefused` where no folder stands there. */
export function listCheckpoints(checkpoints: string): number[] {
  if (!existsSync(checkpoints)) return [];
  return usingRunFile(checkpoints, 'read', () => readdirSync(checkpoints))
    .map((name) => /^step-(\d{8,15})$/.exec(name))
    .filter((match) => match !== null)
    .map((match) => Number(match[1]))
    .sort((a, b) => b - a);
}
