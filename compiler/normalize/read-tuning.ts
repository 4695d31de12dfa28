import Fraction from 'fraction.js';
import { type Reference, vocabulary } from '../../grammar/index.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import type { CallValue } from '../bind/value.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import * as tuning from '../diagnostics/catalogue/tuning.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { FlatShares } from './flatten-shares.ts';
import { blockWords, type OpenBlock } from './open-block.ts';
import { asNumber, readRequired } from './read-required.ts';
import { readSchedule, type ScheduleReading } from './read-schedule.ts';
import { type NamedPhase, readStart, type StartContext } from './read-start.ts';
import { isWritten, type Reading, readArgument, readAttribute } from './read-value.ts';
import { resolveChat } from './resolve-chat.ts';
import type { ResolvedChat, ResolvedStart, ResolvedTuning } from './types.ts';

const rows = vocabulary.tuningAttributes;

/** What phases of post-training refer to. */
export interface TuningContext extends StartContext {
  readonly kinds: ReadonlyMap<string, string>;
  readonly mixtures: ReadonlyMap<string, FlatShares>;
  /** The model's context, which sequences have unless they say otherwise. */
  readonly contextLength: Reading<number> | null;
}

/** A phase of post-training as it was read; null where something is wrong or missing (diagnostics say why). */
export interface TuningReading {
  readonly kind: 'sft' | 'dpo';
  readonly block: OpenBlock;
  readonly name: string;
  readonly data: ResolvedTuning['data'] | null;
  readonly length: Reading<ResolvedTuning['length']['value']> | null;
  readonly start: Reading<ResolvedStart> | null;
  readonly sequence: Reading<number> | null;
  readonly batch: Reading<number> | null;
  readonly schedule: ScheduleReading | null;
  readonly chat: ResolvedChat | null;
  /** Null where it is not given. */
  readonly maxPrompt: Reading<number> | null;
}

/** Reads a phase that starts, unless it says otherwise, from the last of the `earlier` ones. */
export function readTuning(block: OpenBlock, earlier: readonly NamedPhase[], context: TuningContext): TuningReading {
  const { values } = context;
  const isDpo = block.keyword === 'dpo';
  const data = readData(block, context);
  const call = readRequired(block, rows.schedule, context);
  const chat = readAttribute(block, rows.chat, values);
  return {
    kind: isDpo ? 'dpo' : 'sft',
    block,
    name: block.name?.text ?? block.keyword,
    data,
    length: readLength(block, data, context),
    start: readStart(block, rows.from, earlier, context),
    sequence: isWritten(block, rows.sequence)
      ? asNumber(readAttribute(block, rows.sequence, values))
      : context.contextLength,
    batch: asNumber(readAttribute(block, rows.batch, values)),
    schedule: call && scheduleInSteps(call, block, context),
    chat: chat && (resolveChat(chat)?.value ?? null),
    maxPrompt: isDpo ? asNumber(readAttribute(block, vocabulary.dpoAttributes.maxPrompt, values)) : null,
  };
}

function readData(block: OpenBlock, context: TuningContext): TuningReading['data'] {
  const data = readRequired(block, rows.data, context);
  if (data === null) return null;
  const { value: reference, span } = data;
  const name = reference.path.map((part) => part.text).join('.');
  const kind = context.kinds.get(name);
  if (kind === 'dataset') return { kind, dataset: name, span };
  if (kind === 'mixture') {
    const shares = context.mixtures.get(name);
    return shares ? { kind, mixture: name, shares, span } : null;
  }
  reportData(reference, name, kind ?? null, context);
  return null;
}

function reportData(reference: Reference, name: string, kind: string | null, context: TuningContext): void {
  const { collector, kinds, incomplete } = context;
  const wanted = 'a dataset or a mixture';
  if (kind !== null) collector.add(diagnose(names.wrongKind, reference.span, { name, is: kind, wanted }));
  else if (!incomplete) {
    const known = [...kinds].flatMap(([other, is]) => (is === 'dataset' || is === 'mixture' ? [other] : []));
    const near = proposeNames(name, known);
    const fix = replaceNameFix(reference.span, near);
    collector.add(diagnose(names.unknownName, reference.span, { name, wanted, near }, { fix }));
  }
}

/** Epochs over a set of rows or a number of steps, exactly one of the two; a mixture by shares has no epochs. */
function readLength(block: OpenBlock, data: TuningReading['data'], context: TuningContext): TuningReading['length'] {
  const { collector, values } = context;
  const epochs = readAttribute(block, rows.epochs, values);
  const steps = asNumber(readAttribute(block, rows.steps, values));
  const hasEpochs = isWritten(block, rows.epochs);
  const words = { block: blockWords(block) };
  if (hasEpochs && isWritten(block, rows.steps)) {
    const related = [{ span: block.attributes.get(rows.epochs.name)!.node.span, label: '' }];
    collector.add(diagnose(tuning.lengthTwice, block.attributes.get(rows.steps.name)!.node.span, words, { related }));
    return null;
  }
  if (data?.kind === 'mixture' && hasEpochs) {
    const related = [{ span: data.span, label: 'a mixture by shares' }];
    const span = block.attributes.get(rows.epochs.name)!.node.span;
    collector.add(diagnose(tuning.mixtureWithEpochs, span, { mixture: data.mixture }, { related }));
    return null;
  }
  if (!hasEpochs && !isWritten(block, rows.steps)) {
    if (!block.incomplete) collector.add(diagnose(tuning.lengthMissing, block.head, words));
    return null;
  }
  if (steps) return { ...steps, value: { unit: 'steps', amount: steps.value } };
  return epochs && { ...epochs, value: { unit: 'epochs', amount: epochs.value.amount } };
}

/** Positions of post-training are steps and parts of them: rows have no fixed number of tokens. */
function scheduleInSteps(call: Reading<CallValue>, block: OpenBlock, context: TuningContext): ScheduleReading | null {
  const { collector, values } = context;
  const { warmup, decay, decayFrom } = vocabulary.scheduleFunctions.wsd.parameters;
  const lengths = [readArgument(call, warmup), readArgument(call, decay), readArgument(call, decayFrom)];
  const checkpoint = readAttribute(block, rows.checkpoint, values);
  const interval = checkpoint && readArgument(checkpoint, vocabulary.every.parameters.interval);
  const inTokens = [...lengths, interval].flatMap((each) =>
    each && (each.value.kind === 'edge' || each.value.dimension === 'tokens') ? [each] : [],
  );
  for (const { span } of inTokens) collector.add(diagnose(tuning.lengthInTokens, span, { block: blockWords(block) }));
  if (inTokens.length > 0) return null;
  return readSchedule(call, { collector, stages: [], phase: block.keyword, total: null, scale: new Fraction(1) });
}
