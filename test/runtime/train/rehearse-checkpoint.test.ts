import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Plan, PlanModel } from '../../../compiler/plan/index.ts';
import type { ArrayLayout } from '../../../runtime/checkpoint/safetensors.ts';
import { arraysWithin } from '../../../runtime/model/arrays-within.ts';
import { parameterLayout, sizeOf } from '../../../runtime/model/parameters.ts';
import { runFolderAt } from '../../../runtime/run-folder/run-folder.ts';
import type { TrainingProgram } from '../../../runtime/train/program.ts';
import { rehearseCheckpoint } from '../../../runtime/train/rehearse-checkpoint.ts';
import { slotLayout } from '../../../runtime/train/slot-layout.ts';
import { handPlan } from '../../support/training-fakes.ts';

/** A program that keeps the model's arrays, and records which of them were read. */
function rehearsal(changes: Partial<PlanModel> = {}) {
  const folder = runFolderAt(mkdtempSync(join(tmpdir(), 'smol-rehearsal-')));
  const model = { ...handPlan().model, ...changes };
  const bytes: number[] = [];
  const filled = (arrays: readonly ArrayLayout[]) =>
    arrays.map(({ name, shape }) => ({ name, shape, values: new Float32Array(sizeOf(shape)) }));
  const program = {
    async readState(mostBytes: number) {
      const parameters = filled(arraysWithin(parameterLayout(model), mostBytes));
      const slots = filled(arraysWithin(slotLayout(parameterLayout(model)), mostBytes));
      bytes.push(...[parameters, slots].map((all) => 4 * all.reduce((sum, { values }) => sum + values.length, 0)));
      return { parameters, slots };
    },
  } as unknown as TrainingProgram;
  const plan = { hash: 'a'.repeat(64), model } as Plan;
  return { run: { program, folder, plan, before: 0, startStep: 0 }, bytes };
}

test('a part of a large state is read, written and read back, and nothing is left', async () => {
  const { run, bytes } = rehearsal();
  await rehearseCheckpoint(run, 2000);
  expect(bytes.every((each) => each > 0 && each <= 2000)).toBe(true);
  expect(readdirSync(run.folder.path)).toEqual([]);
});

test('a state that the disk has no room for is refused without writing it', async () => {
  const { run } = rehearsal({ vocab: 2 ** 40 });
  await expect(rehearseCheckpoint(run)).rejects.toThrow("the rehearsal's checkpoint cannot be written");
  expect(readdirSync(run.folder.path)).toEqual([]);
});
