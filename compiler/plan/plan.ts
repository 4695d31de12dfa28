import type { Span } from '../../grammar/index.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Diagnostic } from '../diagnostics/types.ts';
import type { ResolvedModel, ResolvedRecipe } from '../normalize/types.ts';
import { placeRangeOf, type SourceText } from '../source.ts';
import { checkDatasetEnds } from './check-dataset-ends.ts';
import { checkDatasets } from './check-datasets.ts';
import { checkExhausted, checkPointsReached, exhaustedPositions } from './check-exhaustion.ts';
import { checkMemory } from './check-memory.ts';
import { checkRamps } from './check-ramps.ts';
import { checkInterval, checkSchedule, checkStageSteps } from './check-schedule.ts';
import { datasetIds } from './dataset-identity.ts';
import { type ExhaustionRule, exhaustionRules } from './exhaustion.ts';
import { memoryOf } from './memory.ts';
import { parameterCount } from './model-size.ts';
import { type MainRun, planAblation } from './plan-ablation.ts';
import { planClassifiers } from './plan-classifiers.ts';
import { planCluster } from './plan-cluster.ts';
import { planDataset, readingGroups } from './plan-datasets.ts';
import { planEvaluation } from './plan-evaluation.ts';
import { planHash } from './plan-hash.ts';
import { type PlannedPhase, placePhase, planPhase, type RunBefore } from './plan-phase.ts';
import { type PlannedTuning, planTuning } from './plan-tuning.ts';
import { provenance } from './provenance.ts';
import { startingAtCheckpoint } from './start-at-checkpoint.ts';
import { totalsOf } from './totals.ts';
import type { Plan, PlanAblation, PlanDiagnostic, PlanModel, PlanPlace } from './types.ts';

/**
 * Plans a resolved recipe: stages in steps, exact counts by the sampler's closed form, the schedule, sizes and totals. What
 * only the plan can tell is added to the collector. Null when a stage has no step: there is then nothing to plan. The plan
 * is without diagnostics and is no plan to run while the collector has errors; the compiler sees to both.
 */
export function buildPlan(
  recipe: ResolvedRecipe,
  sources: ReadonlyMap<string, SourceText>,
  collector: DiagnosticCollector,
): Plan | null {
  const ids = datasetIds(recipe.datasets, recipe.classifiers);
  const groups = readingGroups(recipe.datasets, ids);
  const rules = exhaustionRules(recipe.datasets, groups);
  checkDatasetEnds(recipe, { ids, groups }, collector);
  const phases = planPhases(recipe, { ids, rules }, collector);
  const tuning = phases && planTunings(recipe, ids, phases, collector);
  if (phases === null || tuning === null || !checkPointsReached(recipe, phases, collector)) return null;
  const runOut = exhaustedPositions(phases);
  const datasets = recipe.datasets.map((each) => planDataset(each, { ids, groups, runs: phases, runOut }));
  checkDatasets({ recipe, phases, datasets, groups }, collector);
  const model = planModel(recipe.model);
  const cluster = recipe.clusters[0] === undefined ? null : planCluster(recipe.clusters[0]);
  const computed = {
    seed: recipe.seed.value,
    tokenizer: recipe.tokenizer.value,
    model,
    phases: [...phases, ...tuning].map(({ phase }) => phase),
  };
  const memory = memoryOf(model, cluster, phases);
  checkMemory(recipe.clusters[0], memory, collector);
  const ablations = planAblations(recipe, { plan: computed, pretrain: phases, tuning, cluster, ids, rules }, collector);
  if (ablations === null) return null;
  return {
    plan_version: 1,
    recipe: recipe.name,
    hash: planHash(computed),
    profile: recipe.profile,
    settings: recipe.settings,
    ...computed,
    datasets,
    ...planClassifiers(recipe.classifiers, ids),
    cluster,
    totals: totalsOf(model, computed.phases, cluster),
    memory,
    evaluations: recipe.evaluations.map((each) => planEvaluation(each, [...phases, ...tuning])),
    ablations,
    diagnostics: [],
    provenance: provenance(
      { ...recipe, phases: phases.map(({ resolved }) => resolved) },
      computed.phases.slice(0, recipe.phases.length),
      (span) => planPlace(sources, span),
    ),
  };
}

/**
 * A span as a plan holds it: with the file's own name only, so that a plan is the same wherever the recipe stands. A setting
 * of the command line stands as it was given.
 */
export function planPlace(sources: ReadonlyMap<string, SourceText>, span: Span): PlanPlace {
  const source = sources.get(span.file);
  if (source === undefined) throw new Error(`no source text of \`${span.file}\``);
  const file = span.file.startsWith('--set ') ? span.file : span.file.split(/[\\/]/).at(-1)!;
  return { ...placeRangeOf(source, span), file };
}

/** What stands in the plan of the diagnostics: warnings and notes, each at its place. */
export function planDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceText>,
): readonly PlanDiagnostic[] {
  return diagnostics.flatMap(({ code, severity, message, span }) =>
    severity === 'error'
      ? []
      : [{ code, severity, message, at: sources.has(span.file) ? planPlace(sources, span) : null }],
  );
}

function planPhases(
  recipe: ResolvedRecipe,
  { ids, rules }: { readonly ids: ReadonlyMap<string, string>; readonly rules: readonly ExhaustionRule[] },
  collector: DiagnosticCollector,
): readonly PlannedPhase[] | null {
  const phases: PlannedPhase[] = [];
  let before: RunBefore = { ordinal: 0, tokens: 0, tokensRead: new Map() };
  let complete = true;
  for (const resolved of recipe.phases) {
    const placed = placePhase(resolved);
    complete = checkStageSteps(resolved, placed, collector) && complete;
    complete = checkRamps(resolved, placed, collector) && complete;
    if (!complete) continue;
    const earlier = new Map(phases.map((each) => [each.resolved.name, each.placed]));
    const planned = planPhase(resolved, placed, { seed: recipe.seed.value, ids, before, placed: earlier, rules });
    complete = checkExhausted(planned, placed.steps, recipe.datasets, collector);
    if (!complete) continue;
    checkSchedule(resolved, placed, planned.phase.schedule, collector);
    checkInterval(resolved, placed, collector);
    phases.push(startingAtCheckpoint(planned, phases, collector));
    before = after(planned, before, ids);
  }
  return complete ? phases : null;
}

/** Phases of post-training, each after those before it. Null when the steps of one cannot be counted. */
function planTunings(
  recipe: ResolvedRecipe,
  ids: ReadonlyMap<string, string>,
  phases: readonly PlannedPhase[],
  collector: DiagnosticCollector,
): readonly PlannedTuning[] | null {
  const datasets = new Map(recipe.datasets.map((dataset) => [dataset.name, dataset]));
  const placed = new Map(phases.map((each) => [each.resolved.name, each.placed]));
  const planned: PlannedTuning[] = [];
  for (const resolved of recipe.tuning) {
    const tuning = planTuning(resolved, { datasets, ids, placed }, collector);
    if (tuning === null) continue;
    checkSchedule(resolved, tuning.placed, tuning.phase.schedule, collector);
    checkInterval(resolved, tuning.placed, collector);
    placed.set(resolved.name, tuning.placed);
    planned.push(startingAtCheckpoint(tuning, [...phases, ...planned], collector));
  }
  return planned.length === recipe.tuning.length ? planned : null;
}

/** Null when an arm has no steps. */
function planAblations(
  { ablations, datasets }: ResolvedRecipe,
  run: Omit<MainRun, 'datasets'>,
  collector: DiagnosticCollector,
): readonly PlanAblation[] | null {
  const byName = new Map(datasets.map((dataset) => [dataset.name, dataset]));
  const planned = ablations.map((ablation) => planAblation(ablation, { ...run, datasets: byName }, collector));
  return planned.includes(null) ? null : planned.filter((each) => each !== null);
}

function after({ phase, sampler }: PlannedPhase, before: RunBefore, ids: ReadonlyMap<string, string>): RunBefore {
  const tokensRead = new Map([...ids.values()].map((id) => [id, sampler.tokensReadBefore(phase.steps + 1, id)]));
  return { ordinal: before.ordinal + 1, tokens: before.tokens + phase.tokens, tokensRead };
}

function planModel(model: ResolvedModel): PlanModel {
  const shape = {
    family: model.family.value,
    layers: model.layers.value,
    hidden: model.hidden.value,
    ffn: model.ffn.value,
    heads: model.heads.value,
    kv_heads: model.kv_heads.value,
    head_size: model.hidden.value / model.heads.value,
    vocab: model.vocab.value,
    context: model.context.value,
    rope_theta: model.rope_theta.value,
    norm_eps: model.norm_eps.value,
    tie_embeddings: model.tie_embeddings.value,
    init_std: model.init_std.value,
  };
  return { ...shape, parameters: Number(parameterCount(shape)) };
}
