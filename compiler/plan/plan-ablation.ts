import { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { ResolvedAblation, ResolvedArm, ResolvedDataset } from '../normalize/types.ts';
import { checkExhausted } from './check-exhaustion.ts';
import { checkRamps } from './check-ramps.ts';
import { checkSchedule, checkStageSteps } from './check-schedule.ts';
import { contentHash } from './content-hash.ts';
import type { ExhaustionRule } from './exhaustion.ts';
import { nearestCheckpoint } from './nearest-checkpoint.ts';
import { type PhaseInSteps, planEvaluation } from './plan-evaluation.ts';
import { planHash } from './plan-hash.ts';
import { type PlannedPhase, placePhase, planPhase, type RunBefore } from './plan-phase.ts';
import { planStart } from './plan-training.ts';
import { type PlannedTuning, planTuning } from './plan-tuning.ts';
import { totalsOf } from './totals.ts';
import type { Plan, PlanAblation, PlanCluster, PlanStart } from './types.ts';

/** The run that ablations stand beside. */
export interface MainRun {
  readonly plan: Pick<Plan, 'seed' | 'tokenizer' | 'model' | 'phases'>;
  readonly pretrain: readonly PlannedPhase[];
  readonly tuning: readonly PlannedTuning[];
  readonly cluster: PlanCluster | null;
  readonly ids: ReadonlyMap<string, string>;
  readonly rules: readonly ExhaustionRule[];
  readonly datasets: ReadonlyMap<string, ResolvedDataset>;
}

/** An ablation: each arm a phase of its own, from the same weights and place in the data. Null when an arm has no steps. */
export function planAblation(
  ablation: ResolvedAblation,
  run: MainRun,
  collector: DiagnosticCollector,
): PlanAblation | null {
  const placed = new Map([...run.pretrain, ...run.tuning].map((each) => [each.resolved.name, each.placed]));
  const asked = planStart(ablation.from.value, placed);
  const from = nearestCheckpoint(asked, run.plan.phases);
  // What arms have in common is said once.
  const arms = ablation.arms.map((arm, i) => {
    const common = i === 0 ? collector : new DiagnosticCollector();
    return planArm(arm, from, run, { common, own: collector });
  });
  if (arms.includes(null)) return null;
  const complete = arms.filter((arm) => arm !== null);
  const pointsOf = (arm: PhaseInSteps) => ablation.evaluations.map((each) => planEvaluation(each, [arm]));
  const evaluations = complete[0] ? pointsOf(complete[0]) : [];
  return {
    name: ablation.name,
    of: ablation.of,
    from,
    asked_step: asked.kind === 'phase' ? asked.step : null,
    arms: complete.map((planned, i) => {
      const { resolved: _, placed: __, ...arm } = planned;
      const own = pointsOf(planned);
      return {
        name: ablation.arms[i]!.name,
        ...arm,
        ...(isDeepEqual(own, evaluations) ? {} : { evaluations: own }),
      };
    }),
    evaluations,
  };
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

type PlannedArm = PhaseInSteps & Omit<PlanAblation['arms'][number], 'name'>;

/** For what the arms of an ablation have in common, and for what is one arm's own, as where a dataset of it runs out. */
interface ArmCollectors {
  readonly common: DiagnosticCollector;
  readonly own: DiagnosticCollector;
}

function planArm(
  { phase: resolved }: ResolvedArm,
  from: PlanStart,
  run: MainRun,
  collectors: ArmCollectors,
): PlannedArm | null {
  const phases = new Map([...run.pretrain, ...run.tuning].map((each) => [each.resolved.name, each.placed]));
  const planned =
    resolved.kind === 'pretrain'
      ? planPretrainArm(resolved, from, run, collectors)
      : planTuning(resolved, { datasets: run.datasets, ids: run.ids, placed: phases }, collectors.common);
  if (planned === null) return null;
  checkSchedule(resolved, planned.placed, planned.phase.schedule, collectors.common);
  const phase = { ...planned.phase, from };
  const alone = planHash({ ...run.plan, phases: [phase] });
  return {
    resolved,
    placed: planned.placed,
    // What is done before it is part of what an arm computes, where it starts from the run.
    hash: from.kind === 'phase' ? contentHash({ run: planHash(run.plan), arm: alone }) : alone,
    phase,
    totals: totalsOf(run.plan.model, [phase], run.cluster),
  };
}

function planPretrainArm(
  resolved: PlannedPhase['resolved'],
  from: PlanStart,
  run: MainRun,
  { common, own }: ArmCollectors,
): PlannedPhase | null {
  const placed = placePhase(resolved);
  const complete = checkStageSteps(resolved, placed, common) && checkRamps(resolved, placed, common);
  if (!complete) return null;
  const earlier = new Map(run.pretrain.map((each) => [each.resolved.name, each.placed]));
  const planned = planPhase(resolved, placed, {
    seed: run.plan.seed,
    ids: run.ids,
    before: readBefore(from, run),
    placed: earlier,
    rules: run.rules,
  });
  const told = new DiagnosticCollector();
  if (checkExhausted(planned, placed.steps, [...run.datasets.values()], told)) return planned;
  for (const each of told.all()) if (each.severity === 'error') own.add(each);
  return null;
}

/** An arm that starts from the run goes on where its datasets were read to; it counts as a phase after the run's. */
function readBefore(from: PlanStart, { pretrain, ids }: MainRun): RunBefore {
  const base = from.kind === 'phase' ? pretrain.find(({ phase }) => phase.name === from.phase) : undefined;
  if (base === undefined || from.kind !== 'phase') return { ordinal: 0, tokens: 0, tokensRead: new Map() };
  const step = from.step ?? base.phase.steps;
  const read = [...new Set(ids.values())].map((id) => [id, base.sampler.tokensReadBefore(step + 1, id)] as const);
  return { ordinal: pretrain.length, tokens: base.tokensBefore, tokensRead: new Map(read) };
}
