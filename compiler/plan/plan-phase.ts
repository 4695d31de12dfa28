import Fraction from 'fraction.js';
import type { ResolvedPretrain, ResolvedShare, ResolvedStage } from '../normalize/types.ts';
import type { SampledRun } from './consumption.ts';
import { cutAfter } from './cut-after.ts';
import { exactText, roundHalfUp } from './exact.ts';
import { applyExhaustion, type Exhausted, type ExhaustionRule } from './exhaustion.ts';
import { type PhaseSteps, placeSchedule, stepScale } from './place-schedule.ts';
import { type PlacedStage, placeStages } from './place-stages.ts';
import { planCheckpoint, planOptimizer, planSpikeRule, planStart } from './plan-training.ts';
import { rampSteps, stagePieces } from './ramps.ts';
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
  /** Without the stages that a stop leaves out. */
  readonly resolved: ResolvedPretrain;
  readonly placed: PhaseSteps;
  readonly phase: PlanPretrain;
  /** Datasets that run out in it, in order. */
  readonly exhausted: readonly Exhausted[];
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
    readonly rules: readonly ExhaustionRule[];
  },
): PlannedPhase {
  const asked = resolved.stages.map((stage, i) => stageSettings(stage, placed.stages[i]!, rampSteps(stage, i, placed)));
  const pieces = segmentsOf(asked.flatMap((each, i) => piecesOf(resolved.stages, i, each, run.ids)));
  const { segments, exhausted } = applyExhaustion(pieces, run.rules, { seed: run.seed, ...run.before });
  const cut = cutAfter(segments.at(-1)?.last_step ?? placed.steps, { resolved, placed });
  const sampler = createRunSampler({ kind: resolved.kind, segments }, run.seed, run.before);
  const stages = cut.resolved.stages.map((stage, i) => {
    const settings = stageSettings(stage, cut.placed.stages[i]!, asked[i]!.ramp_steps);
    return { ...settings, mixture: mixtureOf(rampedShares(cut.resolved.stages, i), settings, run.ids, sampler) };
  });
  const phase = phaseOf(cut, {
    stages,
    segments,
    schedule: placeSchedule(resolved.schedule, placed),
    before: run.placed,
  });
  return { ...cut, phase, sampler, tokensBefore: run.before.tokens, exhausted };
}

function phaseOf(
  { resolved, placed }: Pick<PlannedPhase, 'resolved' | 'placed'>,
  parts: Pick<PlanPretrain, 'stages' | 'segments' | 'schedule'> & { readonly before: ReadonlyMap<string, PhaseSteps> },
): PlanPretrain {
  const { before, ...counted } = parts;
  const stepSizes = new Set(placed.stages.map(({ asked }) => asked.tokensPerStep));
  return {
    kind: resolved.kind,
    name: resolved.name,
    steps: placed.steps,
    asked_tokens: resolved.tokens.value,
    tokens: placed.stages.at(-1)!.to,
    tokens_per_step: stepSizes.size === 1 ? [...stepSizes][0]! : null,
    rows: null,
    epochs: null,
    from: planStart(resolved.from.value, before),
    precision: resolved.precision.value,
    recompute: resolved.recompute.value,
    optimizer: planOptimizer(resolved.optimizer),
    clip_norm: resolved.clipNorm.value,
    checkpoint: planCheckpoint(resolved, placed),
    on_spike: planSpikeRule(resolved.onSpike),
    ...counted,
    tuning: null,
  };
}

/** The runs of steps of a stage in which nothing changes. */
function piecesOf(
  stages: readonly ResolvedStage[],
  index: number,
  settings: StageSettings,
  ids: ReadonlyMap<string, string>,
): Parameters<typeof segmentsOf>[0] {
  const { first_step: first, last_step: last, ramp_steps: ramp } = settings;
  const before = stages[index - 1]?.shares ?? null;
  return stagePieces(stages[index]!, before, { first, last, ramp }).map(({ firstStep, lastStep, shares }) => ({
    settings: { ...settings, first_step: firstStep, last_step: lastStep },
    shares: sharesById(shares, ids),
  }));
}

/** What a stage reads: its shares, and with a share of 0 what a ramp leaves behind of the stage before. */
function rampedShares(stages: readonly ResolvedStage[], index: number): readonly ResolvedShare[] {
  const { ramp, shares } = stages[index]!;
  if (ramp === null) return shares;
  const own = new Set(shares.map(({ dataset }) => dataset));
  const left = (stages[index - 1]?.shares ?? []).filter(({ dataset }) => !own.has(dataset));
  return [...shares, ...left.map((share) => ({ ...share, share: new Fraction(0) }))];
}

function stageSettings(stage: ResolvedStage, placed: PlacedStage, ramp: number): StageSettings {
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
    ramp_steps: ramp,
  };
}

/** Shares in the order of first mention, with exact counts. Names that share an id stand once, under the first. */
function mixtureOf(
  shares: readonly ResolvedShare[],
  settings: StageSettings,
  ids: ReadonlyMap<string, string>,
  sampler: RunSampler,
): PlanStage['mixture'] {
  const byId = new Map<string, Pick<ResolvedShare, 'dataset' | 'share'>>();
  for (const { dataset, share } of shares) {
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
