import type Fraction from 'fraction.js';
import { vocabulary } from '../../grammar/index.ts';
import type { CallValue } from '../bind/value.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { complete } from './complete.ts';
import type { FlatShares } from './flatten-shares.ts';
import type { PretrainReading, StageReading } from './read-pretrain.ts';
import { asNumber, type ReadContext, readNumber } from './read-required.ts';
import type { ScheduleReading } from './read-schedule.ts';
import { neighbourOrigin, tokensPerStep } from './read-stages.ts';
import { type Reading, readArgument, readAttribute } from './read-value.ts';
import type { Position } from './stage-positions.ts';
import type {
  Length,
  Resolved,
  ResolvedOptimizer,
  ResolvedPretrain,
  ResolvedSchedule,
  ResolvedStage,
} from './types.ts';

const rows = vocabulary.pretrainAttributes;

/** A phase without holes; null when anything in it is wrong or missing. `before` is the phase without its `scaled_to`. */
export function resolvePretrain(
  reading: PretrainReading,
  shares: readonly FlatShares[],
  before: PretrainReading | null,
  { values }: ReadContext,
): ResolvedPretrain | null {
  const { block, name, total } = reading;
  const stages = reading.stages.map((stage, index) => resolveStage(stage, shares[index] ?? null));
  const clipNorm = readAttribute(block, rows.clipNorm, values);
  const optimizer = readAttribute(block, rows.optimizer, values);
  const checkpoint = readAttribute(block, rows.checkpoint, values);
  const parts = complete({
    tokens: total && { ...total, value: total.value.valueOf() },
    precision: readAttribute(block, rows.precision, values),
    optimizer: optimizer && resolveOptimizer(optimizer),
    clipNorm: clipNorm && { ...clipNorm, value: clipNorm.value === 'none' ? null : clipNorm.value.amount.valueOf() },
    schedule: reading.schedule && resolveSchedule(reading.schedule),
    checkpointEvery: resolveInterval(checkpoint),
    checkpointKeep: resolveKeep(checkpoint),
  });
  const scaledFrom = before && resolveScaledFrom(before);
  if (parts === null || stages.includes(null) || (before && !scaledFrom)) return null;
  return {
    kind: 'pretrain',
    name,
    span: block.head,
    scaledFrom,
    ...parts,
    stages: stages as ResolvedStage[],
    from: { value: { kind: 'fresh' }, origin: { from: 'default', source: 'weights are drawn anew' } },
    onSpike: null,
    recompute: { value: 'none', origin: { from: 'default', source: 'nothing is computed twice' } },
  };
}

function resolveStage(stage: StageReading, shares: FlatShares): ResolvedStage | null {
  const { name, nameSpan, from, to, sequence, batch, ropeTheta, attention } = stage;
  const parts = complete({
    from: from && edge(from),
    to: to && edge(to),
    sequence,
    batch,
    ropeTheta,
    attention,
    shares,
  });
  return parts && { name, nameSpan, ...parts, ramp: null };
}

function edge(position: Position): Resolved<Fraction> {
  return { value: position.at, origin: position.bound?.origin ?? neighbourOrigin };
}

function resolveOptimizer(call: Reading<CallValue>): ResolvedOptimizer | null {
  const { beta1, beta2, eps, weightDecay, decayExclude } = vocabulary.adamw.parameters;
  const parts = complete({
    beta1: readNumber(call, beta1),
    beta2: readNumber(call, beta2),
    eps: readNumber(call, eps),
    weightDecay: readNumber(call, weightDecay),
    decayExclude: readArgument(call, decayExclude),
  });
  return parts && { kind: 'adamw', ...parts };
}

function resolveSchedule(reading: ScheduleReading): ResolvedSchedule | null {
  const { kind, call, peak, end, warmup, shape, decay, decayFrom } = reading;
  const parts = complete({ peak, end, warmup, shape });
  return parts && { kind, ...parts, decay, decayFrom, span: call.span };
}

const finalOnly = { from: 'default', source: 'only the final checkpoint is written' } as const;

function resolveInterval(call: Reading<CallValue> | null): Resolved<Length | null> | null {
  if (call === null) return { value: null, origin: finalOnly };
  const interval = readArgument(call, vocabulary.every.parameters.interval);
  return interval && { ...interval, value: intervalLength(interval.value) };
}

function intervalLength({ amount, dimension }: Quantity): Length {
  return { unit: dimension === 'steps' ? 'steps' : 'tokens', amount };
}

function resolveKeep(call: Reading<CallValue> | null): Resolved<number | null> {
  const keep = call && asNumber(readArgument(call, vocabulary.every.parameters.keep));
  return keep ?? { value: null, origin: { from: 'default', source: 'all checkpoints are kept' } };
}

function resolveScaledFrom(before: PretrainReading): ResolvedPretrain['scaledFrom'] {
  const stages = before.stages.map((stage) =>
    complete({ from: stage.from?.at ?? null, to: stage.to?.at ?? null, tokensPerStep: tokensPerStep(stage) }),
  );
  if (before.written === null || stages.includes(null)) return null;
  return { tokens: before.written.valueOf(), stages: stages.filter((stage) => stage !== null) };
}
