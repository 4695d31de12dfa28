import { canonicalJson, type Json } from './canonical-json.ts';
import type { Plan } from './types.ts';
import { validatePlan } from './validate-plan.ts';

/**
 * The plan document: canonical JSON with sorted keys, an indent of two spaces and a line feed at the end. Equal plans have
 * equal bytes. The plan is validated on the way out; a PlanError here is a fault of the compiler.
 */
export function printPlan(plan: Plan): string {
  return `${canonicalJson(validatePlan(plan) as unknown as Json, 2)}\n`;
}
