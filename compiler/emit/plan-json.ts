import { printPlan } from '../plan/print-plan.ts';
import type { Plan } from '../plan/types.ts';
import type { EmittedFile } from './emitted-file.ts';

/** Target `plan`: the plan document, the bytes that `smol plan --format json` prints. */
export async function emitPlanJson(plan: Plan): Promise<readonly EmittedFile[]> {
  return [{ path: 'plan.json', text: printPlan(plan) }];
}
