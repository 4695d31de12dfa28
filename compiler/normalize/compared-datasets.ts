import type { PlanStep } from '../plan/step-types.ts';

/** Names of the datasets that steps compare rows with: rows that share text with one of these are dropped. */
export function comparedDatasets(steps: readonly PlanStep[]): readonly string[] {
  return steps.flatMap((step) =>
    step.kind === 'decontaminate' ? step.against.flatMap((set) => (set.kind === 'dataset' ? [set.dataset] : [])) : [],
  );
}
