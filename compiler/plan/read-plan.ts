import { PlanError } from './plan-error.ts';
import type { Plan } from './types.ts';
import { validatePlan } from './validate-plan.ts';

/** Reads a plan document. Throws PlanError, with a help line, for a text that is not JSON or not a valid plan. */
export function readPlan(text: string): Plan {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PlanError(`the plan is not JSON: ${reason}`, {
      pointer: '',
      help: 'give a `plan.json` that `smol compile --target plan` has written, or a `.smol` recipe',
    });
  }
  return validatePlan(document);
}
