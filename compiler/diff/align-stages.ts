import { canonicalJson } from '../plan/canonical-json.ts';
import type { PlanStage } from '../plan/types.ts';
import { align, type Pair } from './align.ts';
import type { DiffContext } from './diff-context.ts';

/** Neighbouring stages that are cut otherwise in the other plan, and compute the same in the same steps. */
export interface DividedStages {
  readonly old: readonly PlanStage[];
  readonly new: readonly PlanStage[];
}

export interface StageAlignment {
  readonly pairs: readonly Pair<PlanStage>[];
  readonly divided: readonly DividedStages[];
}

/** Pairs the stages of two phases: by name and range, by range and what they compute, by name, by range, by start. */
export function alignStages(
  old: readonly PlanStage[],
  next: readonly PlanStage[],
  { old: oldPlan, new: newPlan }: DiffContext,
): StageAlignment {
  const ids = new Map([...oldPlan.datasets, ...newPlan.datasets].map((dataset) => [dataset, dataset.id]));
  const idOf = (plan: DiffContext['old'], name: string) => ids.get(plan.datasets.find((each) => each.name === name)!)!;
  const contents = new Map<PlanStage, string>([
    ...old.map((stage) => [stage, contentOf(stage, (name) => idOf(oldPlan, name))] as const),
    ...next.map((stage) => [stage, contentOf(stage, (name) => idOf(newPlan, name))] as const),
  ]);
  const content = (stage: PlanStage) => contents.get(stage)!;
  const divided = dividedStages(old, next, content);
  const isLeft = (stage: PlanStage) => !divided.some((each) => each.old.includes(stage) || each.new.includes(stage));
  const range = ({ first_step, last_step }: PlanStage) => `${first_step}-${last_step}`;
  const pairs = align(old.filter(isLeft), next.filter(isLeft), [
    (stage) => `${stage.name} ${range(stage)}`,
    (stage) => `${range(stage)} ${content(stage)}`,
    ({ name }) => name,
    range,
    ({ first_step }) => String(first_step),
    (stage) => `${stage.steps} ${content(stage)}`,
  ]);
  return { pairs, divided };
}

/** Fields of a stage that say what it is called, where it lies and how much it holds, not what a step of it computes. */
export const STAGE_PLACE: readonly (keyof PlanStage)[] = [
  'name',
  'from_tokens',
  'to_tokens',
  'actual_from_tokens',
  'actual_to_tokens',
  'first_step',
  'last_step',
  'steps',
  'tokens',
];

/** What a stage computes in each of its steps. */
function contentOf(stage: PlanStage, idOf: (name: string) => string): string {
  const named = new Set<string>([...STAGE_PLACE, 'mixture']);
  const settings = Object.entries(stage).filter(([key]) => !named.has(key));
  const shares = stage.mixture.map(({ dataset, share }) => `${idOf(dataset)} ${share}`).sort();
  return canonicalJson([Object.fromEntries(settings), shares]);
}

/** Stretches between steps at which both plans end a stage, where the stages are other ones and their content is one. */
function dividedStages(
  old: readonly PlanStage[],
  next: readonly PlanStage[],
  content: (stage: PlanStage) => string,
): readonly DividedStages[] {
  const ends = new Set(next.map(({ last_step }) => last_step));
  const common = old.map(({ last_step }) => last_step).filter((step) => ends.has(step));
  return common.flatMap((last, i) => {
    const first = (common[i - 1] ?? 0) + 1;
    const inside = (stages: readonly PlanStage[]) =>
      stages.filter(({ first_step, last_step }) => first_step >= first && last_step <= last);
    const stretch = { old: inside(old), new: inside(next) };
    const all = [...stretch.old, ...stretch.new];
    return all.length > 2 && new Set(all.map(content)).size === 1 ? [stretch] : [];
  });
}
