import { numberOfExact, type PlanEvaluation, type PlanPoint } from '../../compiler/plan/index.ts';
import type { EvaluationLine } from './run-evaluations.ts';

/** What was expected at a point, and was not met. */
export interface MissedExpectation {
  readonly evaluation: string;
  readonly at: string;
  /** The run's step. */
  readonly step: number;
  readonly task: string;
  /** The metric of the task that counts. */
  readonly metric: string;
  readonly comparison: PlanEvaluation['expectations'][number]['comparison'];
  readonly expected: number;
  readonly value: number;
  readonly otherwise: 'warn' | 'stop';
}

/** The expectations of an evaluation that its results at a point do not meet. */
export function judgeExpectations(
  { name, expectations }: PlanEvaluation,
  point: PlanPoint,
  lines: readonly EvaluationLine[],
): readonly MissedExpectation[] {
  return expectations.flatMap(({ metric, comparison, value: text, at, otherwise }) => {
    if (at !== null && (at.phase !== point.phase || at.step !== point.step)) return [];
    const line = lines.find((each) => each.evaluation === name && each.task === metric);
    if (line === undefined) return [];
    const { value } = line.metrics[line.primary]!;
    const expected = numberOfExact(text);
    if (holds(value, comparison, expected)) return [];
    const where = { evaluation: name, at: point.at, step: line.step, task: metric };
    return [{ ...where, metric: line.primary, comparison, expected, value, otherwise }];
  });
}

function holds(value: number, comparison: MissedExpectation['comparison'], expected: number): boolean {
  switch (comparison) {
    case '<':
      return value < expected;
    case '<=':
      return value <= expected;
    case '>':
      return value > expected;
    case '>=':
      return value >= expected;
    case '==':
      return value === expected;
    case '!=':
      return value !== expected;
  }
}
