import type { Plan, PlanEvaluation, PlanPoint } from '../../compiler/plan/index.ts';
import { readStepLog, type StepLog } from '../run-folder/step-log.ts';
import type { TrainingProgram } from '../train/program.ts';
import type { RunPhase } from '../train/run-phases.ts';
import { segmentAt } from '../train/step-position.ts';
import { judgeExpectations, type MissedExpectation } from './judge-expectations.ts';
import type { TaskResult } from './result/task-result.ts';
import type { RunEvaluator } from './run-evaluator.ts';
import type { RunTask } from './task/run-tasks.ts';

/** One line of `evaluations.jsonl`: a task of an evaluation at a point of the run. */
export interface EvaluationLine extends TaskResult {
  /** Of the run. */
  readonly step: number;
  readonly phase: string;
  /** The point as the recipe writes it. */
  readonly at: string;
  readonly evaluation: string;
}

/** What happens while a run is measured. */
export type EvaluationEvent =
  | { readonly kind: 'evaluating'; readonly task: string; readonly part: number }
  | { readonly kind: 'evaluated'; readonly line: EvaluationLine }
  | { readonly kind: 'missed'; readonly missed: MissedExpectation };

export interface RunEvaluationOptions {
  readonly plan: Plan;
  readonly tasks: readonly RunTask[];
  /** Of these tasks, in their order. */
  readonly evaluator: RunEvaluator;
  /** The path of `evaluations.jsonl`. */
  readonly log: string;
  readonly observe: (event: EvaluationEvent) => void;
  readonly interrupted: AbortSignal;
}

/** How a run goes on after its points at a step. */
export type PointOutcome = 'goes_on' | 'interrupted' | 'stopped';

/** The evaluations of a run, at their points. */
export interface RunEvaluations {
  /** Whether something is to be measured after this step of a phase that the record does not have. */
  readonly isPending: (phase: RunPhase, step: number) => boolean;
  /**
   * Measures what the record lacks after a step of a phase (0: before its first), appends it, and judges what is expected
   * there. Interrupted, it leaves the rest for the resumed run.
   */
  measure(phase: RunPhase, step: number, program: TrainingProgram, log: StepLog<EvaluationLine>): Promise<PointOutcome>;
}

export function runEvaluations(options: RunEvaluationOptions): RunEvaluations {
  return {
    isPending: (phase, step) => missing(options, phase, step).length > 0,
    async measure(phase, step, program, log) {
      if (!(await measureMissing(options, { phase, step, program, log }))) return 'interrupted';
      return judge(options, phase, step) ? 'goes_on' : 'stopped';
    },
  };
}

/** A task to measure at a point. */
interface DueTask {
  readonly index: number;
  readonly evaluation: string;
  readonly at: string;
  readonly name: string;
}

function pointAt({ points }: PlanEvaluation, { phase }: RunPhase, step: number): PlanPoint | undefined {
  return points.find((point) => point.phase === phase.name && point.step === step);
}

function recorded({ log }: RunEvaluationOptions, phase: RunPhase, step: number): readonly EvaluationLine[] {
  const lines = readStepLog<EvaluationLine>(log);
  return lines.filter((line) => line.phase === phase.phase.name && line.step === phase.before + step);
}

function missing(options: RunEvaluationOptions, phase: RunPhase, step: number): readonly DueTask[] {
  const due = options.plan.evaluations.flatMap((evaluation) => {
    const point = pointAt(evaluation, phase, step);
    if (point === undefined) return [];
    return options.tasks.flatMap((task, index) =>
      task.evaluation === evaluation.name
        ? [{ index, evaluation: evaluation.name, at: point.at, name: task.task.name }]
        : [],
    );
  });
  if (due.length === 0) return due;
  const done = recorded(options, phase, step);
  return due.filter(
    ({ evaluation, name }) => !done.some((line) => line.evaluation === evaluation && line.task === name),
  );
}

interface Place {
  readonly phase: RunPhase;
  readonly step: number;
  readonly program: TrainingProgram;
  readonly log: StepLog<EvaluationLine>;
}

/** False when it was interrupted: tasks that were measured by then stay measured. */
async function measureMissing(options: RunEvaluationOptions, { phase, step, program, log }: Place): Promise<boolean> {
  const { evaluator, observe, interrupted } = options;
  const due = missing(options, phase, step);
  if (due.length === 0) return true;
  const parameters = await program.readParameters();
  const state = { parameters, ropeTheta: segmentAt(phase.phase, step).rope_theta };
  for (const { index, evaluation, at, name } of due) {
    const onProgress = (part: number) => observe({ kind: 'evaluating', task: name, part });
    try {
      const result = await evaluator.measure(index, phase.before + step, state, { interrupted, onProgress });
      const line = { step: phase.before + step, phase: phase.phase.name, at, evaluation, ...result };
      log.append(line);
      observe({ kind: 'evaluated', line });
    } catch (error) {
      if (interrupted.aborted && error === interrupted.reason) return false;
      throw error;
    }
  }
  return true;
}

/** False when something that stops the run was missed. */
function judge(options: RunEvaluationOptions, phase: RunPhase, step: number): boolean {
  const missed = options.plan.evaluations.flatMap((evaluation) => {
    const point = pointAt(evaluation, phase, step);
    return point === undefined ? [] : judgeExpectations(evaluation, point, recorded(options, phase, step));
  });
  for (const each of missed) options.observe({ kind: 'missed', missed: each });
  return missed.every(({ otherwise }) => otherwise === 'warn');
}
