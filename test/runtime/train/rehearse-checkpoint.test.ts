import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../../compiler/plan/index.ts';
import type { NamedArray } from '../../../runtime/model/types.ts';
import { runFolderAt } from '../../../runtime/run-folder/run-folder.ts';
import type { TrainingProgram } from '../../../runtime/train/program.ts';
import { rehearseCheckpoint } from '../../../runtime/train/rehearse-checkpoint.ts';

function rehearsal(parameters: NamedArray[], slots: NamedArray[] = []) {
  const folder = runFolderAt(mkdtempSync(join(tmpdir(), 'smol-rehearsal-')));
  const program = { readState: async () => ({ parameters, slots }) } as unknown as TrainingProgram;
  return { program, folder, plan: { hash: 'a'.repeat(64) } as Plan, before: 0, startStep: 0 };
}

const array = (name: string, size: number): NamedArray => ({ name, shape: [size], values: new Float32Array(size) });

test('a part of a large state is written and read back, and nothing is left', async () => {
  const run = rehearsal([array('large', 1000), array('small', 10)], [array('first_moment/small', 10)]);
  await rehearseCheckpoint(run, 100);
  expect(readdirSync(run.folder.path)).toEqual([]);
});

test('a state that the disk has no room for is refused without writing it', async () => {
  const huge: NamedArray = { name: 'huge', shape: [2 ** 40], values: new Float32Array() };
  const run = rehearsal([huge, array('small', 10)]);
  await expect(rehearseCheckpoint(run)).rejects.toThrow("the rehearsal's checkpoint cannot be written");
  expect(readdirSync(run.folder.path)).toEqual([]);
});
