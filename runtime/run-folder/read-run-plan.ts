import { readFileSync } from 'node:fs';
import { type Plan, readPlan } from '../../compiler/plan/index.ts';
import { usingRunFile } from './refused-file.ts';
import type { RunFolder } from './run-folder.ts';

/** The plan of a run. Throws `RunFileRefused` for a file that cannot be read, `PlanError` for one that is no plan. */
export function readRunPlan({ plan }: RunFolder): Plan {
  return readPlan(usingRunFile(plan, 'read', () => readFileSync(plan, 'utf8')));
}
