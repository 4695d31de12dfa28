import { vocabulary } from '../../grammar/index.ts';
import type { CallValue } from '../bind/value.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { complete } from './complete.ts';
import type { OpenBlock } from './open-block.ts';
import { asNumber, readNumber } from './read-required.ts';
import type { ScheduleReading } from './read-schedule.ts';
import { type EvaluatedAttributes, type Reading, readArgument, readAttribute } from './read-value.ts';
import type { Length, Resolved, ResolvedOptimizer, ResolvedSchedule } from './types.ts';

const rows = vocabulary.pretrainAttributes;

/** What every kind of phase says about its updates and checkpoints; null where something is wrong. */
export function resolveTraining(block: OpenBlock, schedule: ScheduleReading | null, values: EvaluatedAttributes) {
  const clipNorm = readAttribute(block, rows.clipNorm, values);
  const optimizer = readAttribute(block, rows.optimizer, values);
  const checkpoint = readAttribute(block, rows.checkpoint, values);
  return {
    precision: readAttribute(block, rows.precision, values),
    optimizer: optimizer && resolveOptimizer(optimizer),
    clipNorm: clipNorm && { ...clipNorm, value: clipNorm.value === 'none' ? null : clipNorm.value.amount.valueOf() },
    schedule: schedule && resolveSchedule(schedule),
    checkpointEvery: resolveInterval(checkpoint),
    checkpointKeep: resolveKeep(checkpoint),
    recompute: readAttribute(block, rows.recompute, values),
  };
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

/** A schedule without holes. */
export function resolveSchedule(reading: ScheduleReading): ResolvedSchedule | null {
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
