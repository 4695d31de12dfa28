import type { PlanDataset, PlanStep } from '../../../compiler/plan/index.ts';

/** What rows pass on their way into a derived dataset: a step, or the holdout of a dataset that it derives from. */
export interface DerivationStep {
  /** The dataset that the step stands in. */
  readonly dataset: Pick<PlanDataset, 'name' | 'max_malformed'>;
  readonly work:
    | { readonly kind: 'step'; readonly step: PlanStep; readonly choice: string }
    | { readonly kind: 'holdout'; readonly rows: number };
}
