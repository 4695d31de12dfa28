import type {
  Length,
  ResolvedEvaluation,
  ResolvedExpectation,
  ResolvedPhase,
  ResolvedPoint,
} from '../normalize/types.ts';
import { printQuantity } from '../quantity/print-quantity.ts';
import { exactText, roundHalfUp } from './exact.ts';
import type { PhaseSteps } from './place-schedule.ts';
import { stepsAt, tokensAt } from './place-stages.ts';
import type { PlanEvaluation, PlanPoint } from './types.ts';

/** A phase with its steps. */
export interface PhaseInSteps {
  readonly resolved: ResolvedPhase;
  readonly placed: PhaseSteps;
}

/** An evaluation with its points in steps; each stands after the step's update. */
export function planEvaluation(evaluation: ResolvedEvaluation, phases: readonly PhaseInSteps[]): PlanEvaluation {
  return {
    name: evaluation.name,
    points: evaluation.at.map((point) => planPoint(point, phases)),
    tasks: evaluation.tasks.map(({ kind, task, name, shots, formulation }) => ({
      kind,
      task,
      name,
      shots,
      formulation,
    })),
    expectations: evaluation.expectations.map((expectation) => planExpectation(expectation, phases)),
  };
}

function planExpectation(
  { metric, comparison, value, at, otherwise }: ResolvedExpectation,
  phases: readonly PhaseInSteps[],
): PlanEvaluation['expectations'][number] {
  const sign = value.s < 0n ? '-' : '';
  const point = at === null ? null : planPoint(at, phases);
  return { metric, comparison, value: sign + exactText(value.abs()), at: point, otherwise };
}

function planPoint({ phase, at }: ResolvedPoint, phases: readonly PhaseInSteps[]): PlanPoint {
  const { resolved, placed } = phases.find((each) => each.resolved.name === phase)!;
  const step = stepOf(at, resolved, placed);
  return { at: words(at, phase), phase, step, tokens: resolved.kind === 'pretrain' ? tokensAfter(step, placed) : null };
}

function stepOf(at: ResolvedPoint['at'], resolved: ResolvedPhase, placed: PhaseSteps): number {
  if (at.kind === 'phase') return at.edge === 'start' ? 0 : placed.steps;
  if (at.kind === 'position') return Math.min(placed.steps, positionStep(at.position, placed));
  const index = resolved.kind === 'pretrain' ? resolved.stages.findIndex(({ name }) => name === at.stage) : 0;
  const stage = placed.stages[index]!;
  return at.edge === 'start' ? stage.firstStep - 1 : stage.lastStep;
}

function positionStep({ unit, amount }: Length, placed: PhaseSteps): number {
  if (unit === 'steps') return roundHalfUp(amount);
  return stepsAt(placed.stages, unit === 'part' ? amount.mul(placed.askedTokens) : amount);
}

function tokensAfter(step: number, placed: PhaseSteps): number {
  return step === 0 ? 0 : tokensAt(placed.stages, step);
}

/** The point as a recipe writes it. */
function words(at: ResolvedPoint['at'], phase: string): string {
  if (at.kind === 'stage') return `${at.stage}.${at.edge}`;
  if (at.kind === 'phase') return `${phase}.${at.edge}`;
  return printQuantity({ amount: at.position.amount, dimension: at.position.unit });
}
