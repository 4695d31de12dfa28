import type { PlanCondition, PlanOperand } from './step-types.ts';

/** A condition that holds no other: one question put to a row. */
export type PlanTerm = Extract<PlanCondition, { readonly kind: 'compare' | 'in' | 'matches' }>;

/** The questions that a condition is made of, in order. */
export function conditionTerms(condition: PlanCondition): readonly PlanTerm[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.terms.flatMap(conditionTerms);
    case 'not':
      return conditionTerms(condition.term);
    default:
      return [condition];
  }
}

/** What a question looks at, in order; the condition that a `count` holds is not gone into. */
export function termOperands(term: PlanTerm): readonly PlanOperand[] {
  return term.kind === 'compare' ? [term.left, term.right] : [term.left];
}
