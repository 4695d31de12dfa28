import {
  conditionTerms,
  type PlanCondition,
  type PlanOperand,
  type PlanStep,
  termOperands,
} from '../../../compiler/plan/index.ts';

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
  return operandsOf(step).flatMap(operandPaths);
}

function operandPaths(operand: PlanOperand): readonly (readonly string[])[] {
  if (operand.kind === 'count') return [...conditionOperands(operand.where).flatMap(operandPaths), operand.by];
  return operand.kind === 'column' ? [operand.path] : [];
}

/** The `count(…) by …` operands of a step's condition, in order. */
export function countsOf(step: PlanStep): readonly (PlanOperand & { readonly kind: 'count' })[] {
  return operandsOf(step).filter((operand) => operand.kind === 'count');
}

function operandsOf(step: PlanStep): readonly PlanOperand[] {
  return step.kind === 'keep' || step.kind === 'drop' ? conditionOperands(step.where) : [];
}

function conditionOperands(condition: PlanCondition): readonly PlanOperand[] {
  return conditionTerms(condition).flatMap(termOperands);
}
