import { vocabulary } from '../../grammar/index.ts';
import { complete } from './complete.ts';
import type { OpenBlock } from './open-block.ts';
import { readNumber } from './read-required.ts';
import { type EvaluatedAttributes, isWritten, readArgument, readAttribute } from './read-value.ts';
import type { ResolvedSpikeRule } from './types.ts';

/** What a phase does when its loss jumps: null for nothing, 'faulty' where the rule is wrong (a diagnostic says why). */
export function readSpikeRule(block: OpenBlock, values: EvaluatedAttributes): ResolvedSpikeRule | 'faulty' | null {
  const row = vocabulary.pretrainAttributes.onSpike;
  if (!isWritten(block, row)) return null;
  const written = readAttribute(block, row, values);
  if (written === null) return 'faulty';
  if (written.value === 'none') return null;
  const call = { ...written, value: written.value };
  const { to, skip, over, window } = vocabulary.rewind.parameters;
  const parts = complete({
    to: readArgument(call, to),
    skipSteps: readNumber(call, skip),
    over: readNumber(call, over),
    windowSteps: readNumber(call, window),
  });
  return parts === null ? 'faulty' : { kind: 'rewind', ...parts, span: call.span };
}
