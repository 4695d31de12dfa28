import { diffPlans, type PlanDiff, renderDiffText } from '../compiler/diff/index.ts';
import type { Plan } from '../compiler/index.ts';

/** What changes from one plan to another, each change with its consequences and its class. */
export function diff(before: Plan, after: Plan): PlanDiff {
  return diffPlans(before, after, { step: null });
}

/** A difference as `smol diff` prints it, without colour, `columns` (80) wide. */
export function diffReport(difference: PlanDiff, columns = 80): string {
  return renderDiffText(difference, { columns, color: false });
}
