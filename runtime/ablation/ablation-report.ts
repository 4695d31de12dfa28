import { join } from 'node:path';
import type { PlanAblation, PlanEvaluation } from '../../compiler/plan/index.ts';
import type { Estimate } from '../evaluate/measure/estimate.ts';
import { compareResults, isLowerBetter } from '../evaluate/result/compare-results.ts';
import type { EvaluationLine } from '../evaluate/run-evaluations.ts';
import { runFolderAt } from '../run-folder/run-folder.ts';
import { readStepLog } from '../run-folder/step-log.ts';
import type { RunReport } from '../train/run-report.ts';

/** A task over the arms that have a result of it at the last point. */
export interface TaskVerdict {
  readonly evaluation: string;
  readonly task: string;
  readonly metric: string;
  /** Of a perplexity or a loss: less is better. */
  readonly lower_is_better: boolean;
  readonly at: string;
  readonly results: readonly ({ readonly arm: string } & Estimate)[];
  /** The arm that is better than every other by more than twice the error; null where none is. */
  readonly winner: string | null;
  /** Without a winner: the arms that are as good as the best within twice the error, the best first. */
  readonly tied: readonly string[];
  /** Of the best over the second, with the error of the difference; null with fewer than two results. */
  readonly lead: Estimate | null;
}

export interface AblationReport {
  readonly ablation: string;
  /** Absolute; each arm has a folder in it. */
  readonly folder: string;
  /** `finished`: so did every run that was trained now. */
  readonly ended: RunReport['ended'];
  readonly arms: readonly { readonly name: string; readonly steps: number; readonly tokens: number | null }[];
  /** Arms without results at the last point yet. */
  readonly missing: readonly string[];
  readonly verdicts: readonly TaskVerdict[];
}

/** Compares the arms by what their folders have, whenever they were run. */
export function ablationReport(ablation: PlanAblation, folder: string, ended: RunReport['ended']): AblationReport {
  const measured = ablation.arms.map(({ name }) => ({
    arm: name,
    lines: readStepLog<EvaluationLine>(runFolderAt(join(folder, name)).evaluations),
  }));
  const verdicts = taskVerdicts(ablation.evaluations, measured);
  const isMissing = (arm: string) => verdicts.some(({ results }) => !results.some((each) => each.arm === arm));
  return {
    ablation: ablation.name,
    folder,
    ended,
    arms: ablation.arms.map(({ name, phase }) => ({ name, steps: phase.steps, tokens: phase.tokens })),
    missing: ablation.arms.map(({ name }) => name).filter(isMissing),
    verdicts,
  };
}

/** Every task of the evaluations, over the arms' results at each evaluation's last point. */
export function taskVerdicts(
  evaluations: readonly PlanEvaluation[],
  measured: readonly { readonly arm: string; readonly lines: readonly EvaluationLine[] }[],
): readonly TaskVerdict[] {
  return evaluations.flatMap((evaluation) => {
    const last = evaluation.points.reduce((latest, point) => (point.step > latest.step ? point : latest));
    return evaluation.tasks.map(({ name: task }) => {
      const isOf = (each: EvaluationLine) => each.evaluation === evaluation.name && each.task === task;
      const lines = measured.flatMap(({ arm, lines: all }) => {
        // Arms of post-training may have unlike numbers of steps: their last point is that of its name.
        const line = all.find((each) => isOf(each) && each.at === last.at);
        return line ? [{ arm, line }] : [];
      });
      return verdictOf({ evaluation: evaluation.name, task, at: last.at }, lines);
    });
  });
}

interface ArmLine {
  readonly arm: string;
  readonly line: EvaluationLine;
}

function verdictOf(of: Pick<TaskVerdict, 'evaluation' | 'task' | 'at'>, lines: readonly ArmLine[]): TaskVerdict {
  const metric = lines[0]?.line.primary ?? '';
  const results = lines.map(({ arm, line }) => ({ arm, ...line.metrics[line.primary]! }));
  const lower_is_better = isLowerBetter(metric);
  const undecided = { ...of, metric, lower_is_better, results, winner: null, tied: [], lead: null };
  const value = ({ line }: ArmLine) => line.metrics[line.primary]!.value;
  const ranked = [...lines].sort((a, b) => (lower_is_better ? 1 : -1) * (value(a) - value(b)));
  const [best, second] = ranked;
  if (best === undefined || second === undefined) return undecided;
  const comparison = compareResults(second.line, best.line);
  if (!comparison.comparable) return undecided;
  const { difference, standard_error } = comparison;
  // Against each other: one further behind may have a greater error.
  const equals = ranked.slice(1).filter(({ line }) => !isBetter(best.line, line));
  return {
    ...undecided,
    winner: equals.length === 0 ? best.arm : null,
    tied: equals.length === 0 ? [] : [best, ...equals].map(({ arm }) => arm),
    lead: { value: difference, standard_error },
  };
}

function isBetter(line: EvaluationLine, other: EvaluationLine): boolean {
  const comparison = compareResults(other, line);
  return comparison.comparable && comparison.better === 'second';
}
