import type { ResolvedPretrain, ResolvedStage } from '../normalize/types.ts';
import type { SampledRun } from './consumption.ts';
import { exactText, roundHalfUp } from './exact.ts';
import { type PhaseSteps, placeSchedule, stepScale } from './place-schedule.ts';
import { type PlacedStage, placeStages } from './place-stages.ts';
import { planCheckpoint, planOptimizer, planSpikeRule, planStart } from './plan-training.ts';
import { createRunSampler, type RunSampler } from './sampler/run-sampler.ts';
import { type StageSettings, segmentsOf, sharesById } from './segments.ts';
import type { PlanPretrain, PlanShare, PlanStage } from './types.ts';

/** Where a phase stands in the run: what was trained and read before it. */
export interface RunBefore {
  /** Phases of its kind before it. */
  readonly ordinal: number;
  readonly tokens: number;
  /** By dataset id. */
  readonly tokensRead: ReadonlyMap<string, number>;
}

export interface PlannedPhase extends SampledRun {
  readonly resolved: ResolvedPretrain;
  readonly placed: PhaseSteps;
  readonly phase: PlanPretrain;
}

/** A phase's stages in whole steps, and what lengths of it are measured by. */
export function placePhase(resolved: ResolvedPretrain): PhaseSteps {
  const stages = placeStages(
    resolved.stages.map((stage) => ({
      from: stage.from.value,
      to: stage.to.value,
      tokensPerStep: stage.sequence.value * batchSequences(stage),
    })),
  );
  const steps = stages.at(-1)?.lastStep ?? 0;
  const old = resolved.scaledFrom === null ? steps : (placeStages(resolved.scaledFrom.stages).at(-1)?.lastStep ?? 0);
  return { stages, askedTokens: resolved.tokens.value, steps, scale: stepScale(resolved.scaledFrom, old, steps) };
}

/** Sequences of a batch; a batch in tokens divides by the sequence, as the checker has seen to. */
export function batchSequences(stage: ResolvedStage): number {
  const { unit, amount } = stage.batch.value;
  return unit === 'sequences' ? amount : amount / stage.sequence.value;
}

/** Plans a phase whose stages all have steps. */
export function planPhase(
  resolved: ResolvedPretrain,
  placed: PhaseSteps,
  run: {
    readonly seed: number;
    readonly ids: ReadonlyMap<string, string>;
    readonly before: RunBefore;
    readonly placed: ReadonlyMap<string, PhaseSteps>;
  },
): PlannedPhase {
  const settings = resolved.stages.map((stage, i) => stageSettings(stage, placed.stages[i]!));
  const shares = resolved.stages.map((stage) => sharesById(stage.shares, run.ids));
  const segments = segmentsOf(settings.map((each, i) => ({ settings: each, shares: shares[i]! })));
  const sampler = createRunSampler({ kind: resolved.kind, segments }, run.seed, run.before);
  const stages = resolved.stages.map((stage, i) => ({
    ...settings[i]!,
    mixture: mixtureOf(stage, settings[i]!, run.ids, sampler),
  }));
  const stepSizes = new Set(placed.stages.map(({ asked }) => asked.tokensPerStep));
  const phase: PlanPretrain = {
    kind: resolved.kind,
    name: resolved.name,
    steps: placed.steps,
    asked_tokens: resolved.tokens.value,
    tokens: placed.stages.at(-1)!.to,
    tokens_per_step: stepSizes.size === 1 ? [...stepSizes][0]! : null,
    rows: null,
    epochs: null,
    from: planStart(resolved.from.value, run.placed),
    precision: resolved.precision.value,
    recompute: resolved.recompute.value,
    optimizer: planOptimizer(resolved.optimizer),
    clip_norm: resolved.clipNorm.value,
    schedule: placeSchedule(resolved.schedule, placed),
    checkpoint: planCheckpoint(resolved, placed),
    on_spike: planSpikeRule(resolved.onSpike),
    stages,
    segments,
    tuning: null,
  };
  return { resolved, placed, phase, sampler, tokensBefore: run.before.tokens };
}

function stageSettings(stage: ResolvedStage, placed: PlacedStage): StageSettings {
  return {
    name: stage.name,
    from_tokens: roundHalfUp(stage.from.value),
    to_tokens: roundHalfUp(stage.to.value),
    actual_from_tokens: placed.from,
    actual_to_tokens: placed.to,
    first_step: placed.firstStep,
    last_step: placed.lastStep,
    steps: placed.steps,
    tokens: placed.to - placed.from,
    sequence: stage.sequence.value,
    batch_sequences: batchSequences(stage),
    rope_theta: stage.ropeTheta.value,
    attention: stage.attention.value,
  };
}

/** Shares in the order of first mention, with exact counts. Names that share an id stand once, under the first. */
function mixtureOf(
  stage: ResolvedStage,
  settings: StageSettings,
  ids: ReadonlyMap<string, string>,
  sampler: RunSampler,
): PlanStage['mixture'] {
  const byId = new Map<string, { dataset: string; share: ResolvedStage['shares'][number]['share'] }>();
  for (const { dataset, share } of stage.shares) {
    const id = ids.get(dataset)!;
    const known = byId.get(id);
    byId.set(id, known === undefined ? { dataset, share } : { ...known, share: known.share.add(share) });
  }
  return [...byId].map(([id, { dataset, share }]): PlanShare => {
    const before = sampler.tokensReadBefore(settings.first_step, id);
    const tokens = sampler.tokensReadBefore(settings.last_step + 1, id) - before;
    return { dataset, share: exactText(share), sequences: tokens / settings.sequence, tokens };
  });
}
