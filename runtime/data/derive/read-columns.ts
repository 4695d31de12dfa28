import type { PlanCondition, PlanOperand, PlanStep } from '../../../compiler/plan/index.ts';

/** Computed columns that are told by a row's text; the others are columns of the source. */
const alwaysComputed: readonly string[] = ['tokens', 'characters'];

/** Top-level columns of the source that conditions of steps read, `language` among them where it is asked for. */
export function sourceColumns(steps: readonly PlanStep[]): readonly string[] {
  const names = new Set(steps.flatMap(pathsOf).map(([name]) => name!));
  return [...names].filter((name) => !alwaysComputed.includes(name));
}

/** Whether a step's condition asks for a computed column. */
export function asksFor(step: PlanStep, column: 'tokens' | 'language'): boolean {
  return pathsOf(step).some((path) => path.length === 1 && path[0] === column);
}

function pathsOf(step: PlanStep): readonly (readonly string[])[] {
  return step.kind === 'keep' || step.kind === 'drop' ? conditionPaths(step.where) : [];
}

function conditionPaths(condition: PlanCondition): readonly (readonly string[])[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.terms.flatMap(conditionPaths);
    case 'not':
      return conditionPaths(condition.term);
    case 'compare':
      return [...operandPaths(condition.left), ...operandPaths(condition.right)];
    case 'in':
    case 'matches':
      return operandPaths(condition.left);
  }
}

function operandPaths(operand: PlanOperand): readonly (readonly string[])[] {
  if (operand.kind === 'count') return [...conditionPaths(operand.where), operand.by];
  return operand.kind === 'column' ? [operand.path] : [];
}

/** The `count(…) by …` operands of a step's condition, in order. */
export function countsOf(step: PlanStep): readonly (PlanOperand & { readonly kind: 'count' })[] {
  return step.kind === 'keep' || step.kind === 'drop' ? conditionCounts(step.where) : [];
}

function conditionCounts(condition: PlanCondition): readonly (PlanOperand & { readonly kind: 'count' })[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.terms.flatMap(conditionCounts);
    case 'not':
      return conditionCounts(condition.term);
    case 'compare':
      return [condition.left, condition.right].filter((operand) => operand.kind === 'count');
    case 'in':
    case 'matches':
      return condition.left.kind === 'count' ? [condition.left] : [];
  }
}
