import { join } from 'node:path';
import type { PlanAblation } from '../../compiler/plan/index.ts';
import type { Estimate } from '../evaluate/measure/estimate.ts';
import { compareResults, isLowerBetter } from '../evaluate/result/compare-results.ts';
import type { EvaluationLine } from '../evaluate/run-evaluations.ts';
import { runFolderAt } from '../run-folder/run-folder.ts';
import { readStepLog } from '../run-folder/step-log.ts';

/** How an arm that was run now ended. */
export interface ArmOutcome {
  readonly arm: string;
  readonly ended: 'finished' | 'interrupted' | 'stopped';
}

/** A task over the arms that have a result of it at the last point. */
export interface TaskVerdict {
  readonly evaluation: string;
  readonly task: string;
  readonly metric: string;
  readonly at: string;
  readonly results: readonly ({ readonly arm: string } & Estimate)[];
  /** The arm that is better than every other by more than twice the error; null where none is. */
  readonly winner: string | null;
  /** Of the best over the second, with the error of the difference; null with fewer than two results. */
  readonly lead: Estimate | null;
}

export interface AblationReport {
  readonly ablation: string;
  /** Absolute; each arm has a folder in it. */
  readonly folder: string;
  /** `finished`: so did every arm that was run now. */
  readonly ended: ArmOutcome['ended'];
  readonly arms: readonly { readonly name: string; readonly steps: number; readonly tokens: number | null }[];
  /** Arms without results at the last point yet. */
  readonly missing: readonly string[];
  readonly verdicts: readonly TaskVerdict[];
}

/** Compares the arms by what their folders have, whenever they were run. */
export function ablationReport(
  ablation: PlanAblation,
  folder: string,
  outcomes: readonly ArmOutcome[],
): AblationReport {
  const measured = new Map(
    ablation.arms.map(({ name }) => [name, readStepLog<EvaluationLine>(runFolderAt(join(folder, name)).evaluations)]),
  );
  const verdicts = ablation.evaluations.flatMap((evaluation) => {
    const last = evaluation.points.reduce((latest, point) => (point.step > latest.step ? point : latest));
    return evaluation.tasks.map(({ name: task }) => {
      const lines = [...measured].flatMap(([arm, all]) => {
        const line = all.find(
          (each) => each.evaluation === evaluation.name && each.task === task && each.step === last.step,
        );
        return line ? [{ arm, line }] : [];
      });
      return verdictOf({ evaluation: evaluation.name, task, at: last.at }, lines);
    });
  });
  const isMissing = (arm: string) => verdicts.some(({ results }) => !results.some((each) => each.arm === arm));
  return {
    ablation: ablation.name,
    folder,
    ended: outcomes.find(({ ended }) => ended !== 'finished')?.ended ?? 'finished',
    arms: ablation.arms.map(({ name, phase }) => ({ name, steps: phase.steps, tokens: phase.tokens })),
    missing: ablation.arms.map(({ name }) => name).filter(isMissing),
    verdicts,
  };
}

interface ArmLine {
  readonly arm: string;
  readonly line: EvaluationLine;
}

function verdictOf(of: Pick<TaskVerdict, 'evaluation' | 'task' | 'at'>, lines: readonly ArmLine[]): TaskVerdict {
  const metric = lines[0]?.line.primary ?? '';
  const results = lines.map(({ arm, line }) => ({ arm, ...line.metrics[line.primary]! }));
  const sign = isLowerBetter(metric) ? 1 : -1;
  const value = ({ line }: ArmLine) => line.metrics[line.primary]!.value;
  const [best, second] = [...lines].sort((a, b) => sign * (value(a) - value(b)));
  if (best === undefined || second === undefined) return { ...of, metric, results, winner: null, lead: null };
  const comparison = compareResults(second.line, best.line);
  if (!comparison.comparable) return { ...of, metric, results, winner: null, lead: null };
  const { difference, standard_error } = comparison;
  // Against each other: one further behind may have a greater error.
  const isClear = lines.every(({ line }) => line === best.line || isBetter(best.line, line));
  return { ...of, metric, results, winner: isClear ? best.arm : null, lead: { value: difference, standard_error } };
}

function isBetter(line: EvaluationLine, other: EvaluationLine): boolean {
  const comparison = compareResults(other, line);
  return comparison.comparable && comparison.better === 'second';
}
