import { vocabulary } from '../../grammar/index.ts';
import { complete } from './complete.ts';
import type { OpenBlock } from './open-block.ts';
import { asNumber } from './read-required.ts';
import type { TuningReading } from './read-tuning.ts';
import { type EvaluatedAttributes, readAttribute } from './read-value.ts';
import { resolveChat } from './resolve-chat.ts';
import { resolveTraining } from './resolve-training.ts';
import type { ResolvedDpo, ResolvedSft } from './types.ts';

/** A phase of post-training without holes; null when anything in it is wrong or missing. */
export function resolveTuning(reading: TuningReading, values: EvaluatedAttributes): ResolvedSft | ResolvedDpo | null {
  const { kind, block, name, data, length, start, sequence, batch, schedule } = reading;
  const chat = readAttribute(block, vocabulary.tuningAttributes.chat, values);
  const parts = complete({
    data,
    length,
    from: start,
    sequence,
    batchSequences: batch,
    chat: chat && resolveChat(chat),
    tooLong: readAttribute(block, vocabulary.tuningAttributes.tooLong, values),
    ...resolveTraining(block, schedule, values),
  });
  if (parts === null) return null;
  const common = { name, span: block.head, ...parts };
  return kind === 'sft' ? withSft(common, block, values) : withDpo(common, reading, values);
}

type Common = Omit<ResolvedSft, 'kind' | 'lossOn' | 'packing' | 'attention' | 'maxUntrained'>;

function withSft(common: Common, block: OpenBlock, values: EvaluatedAttributes): ResolvedSft | null {
  const rows = vocabulary.sftAttributes;
  const maxUntrained = readAttribute(block, rows.maxUntrained, values);
  const parts = complete({
    lossOn: readAttribute(block, rows.lossOn, values),
    packing: readAttribute(block, rows.packing, values),
    attention: readAttribute(block, rows.attention, values),
    maxUntrained: maxUntrained && { ...maxUntrained, value: maxUntrained.value.amount },
  });
  return parts && { kind: 'sft', ...common, ...parts };
}

function withDpo(common: Common, { block, maxPrompt }: TuningReading, values: EvaluatedAttributes): ResolvedDpo | null {
  const rows = vocabulary.dpoAttributes;
  const parts = complete({
    beta: asNumber(readAttribute(block, rows.beta, values)),
    loss: readAttribute(block, rows.loss, values),
    lengthNormalised: readAttribute(block, rows.lengthNormalised, values),
    reference: readAttribute(block, rows.reference, values),
  });
  return parts && { kind: 'dpo', ...common, ...parts, maxPrompt };
}
