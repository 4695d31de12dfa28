import type Fraction from 'fraction.js';
import { complete } from './complete.ts';
import type { FlatShares } from './flatten-shares.ts';
import type { PretrainReading, StageReading } from './read-pretrain.ts';
import type { ReadContext } from './read-required.ts';
import { readSpikeRule } from './read-spike-rule.ts';
import { neighbourOrigin, tokensPerStep } from './read-stages.ts';
import { resolveTraining } from './resolve-training.ts';
import type { Position } from './stage-positions.ts';
import type { Resolved, ResolvedPretrain, ResolvedStage } from './types.ts';

/** A phase without holes; null when anything in it is wrong or missing. `before` is the phase without its `scaled_to`. */
export function resolvePretrain(
  reading: PretrainReading,
  shares: readonly FlatShares[],
  before: PretrainReading | null,
  { values }: ReadContext,
): ResolvedPretrain | null {
  const { block, name, total } = reading;
  const stages = reading.stages.map((stage, index) => resolveStage(stage, shares[index] ?? null));
  const onSpike = readSpikeRule(block, values);
  const parts = complete({
    tokens: total && { ...total, value: total.value.valueOf() },
    from: reading.start,
    ...resolveTraining(block, reading.schedule, values),
  });
  const scaledFrom = before && resolveScaledFrom(before);
  if (parts === null || onSpike === 'faulty' || stages.includes(null) || (before && !scaledFrom)) return null;
  return {
    kind: 'pretrain',
    name,
    span: block.head,
    scaledFrom,
    ...parts,
    stages: stages as ResolvedStage[],
    onSpike,
  };
}

function resolveStage(stage: StageReading, shares: FlatShares): ResolvedStage | null {
  const { name, nameSpan, from, to, sequence, batch, ropeTheta, attention, ramp } = stage;
  const parts = complete({
    from: from && edge(from),
    to: to && edge(to),
    sequence,
    batch,
    ropeTheta,
    attention,
    shares,
  });
  return ramp === 'faulty' ? null : parts && { name, nameSpan, ...parts, ramp };
}

function edge(position: Position): Resolved<Fraction> {
  return { value: position.at, origin: position.bound?.origin ?? neighbourOrigin };
}

function resolveScaledFrom(before: PretrainReading): ResolvedPretrain['scaledFrom'] {
  const stages = before.stages.map((stage) =>
    complete({ from: stage.from?.at ?? null, to: stage.to?.at ?? null, tokensPerStep: tokensPerStep(stage) }),
  );
  if (before.written === null || stages.includes(null)) return null;
  return { tokens: before.written.valueOf(), stages: stages.filter((stage) => stage !== null) };
}
