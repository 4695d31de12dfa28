import Fraction from 'fraction.js';
import { vocabulary } from '../../grammar/index.ts';
import type { ValueContext } from '../bind/value-context.ts';
import * as rows from '../diagnostics/catalogue/stages.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { printCount } from '../quantity/print-quantity.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { formatCount, formatTokens } from '../report/format-number.ts';
import { blockWords, type OpenBlock } from './open-block.ts';
import { type ReadContext, readRequired } from './read-required.ts';
import { readSchedule, type ScheduleReading } from './read-schedule.ts';
import { readPhaseShape, readRange, readStageShape, type StepShape, tokensPerStep } from './read-stages.ts';
import { type NamedPhase, readStart } from './read-start.ts';
import { isWritten, type Reading, readAttribute } from './read-value.ts';
import { type PlacedStage, placeStages } from './stage-positions.ts';
import type { Length, ResolvedStart } from './types.ts';

const attributes = vocabulary.pretrainAttributes;

export interface StageReading extends PlacedStage, StepShape {
  readonly block: OpenBlock;
  /** Null where the shares hold at once, 'faulty' where the length is wrong. */
  readonly ramp: Reading<Length> | 'faulty' | null;
}

/** A phase as it was read; null where something is wrong or missing (diagnostics say why). */
export interface PretrainReading {
  readonly block: OpenBlock;
  readonly name: string;
  /** Length of the phase as run, after `scaled_to`. */
  readonly total: Reading<Fraction> | null;
  /** Length as written, before `scaled_to`. */
  readonly written: Fraction | null;
  readonly isScaled: boolean;
  readonly shape: StepShape;
  readonly stages: readonly StageReading[];
  readonly schedule: ScheduleReading | null;
  readonly start: Reading<ResolvedStart> | null;
  /** Factor of `scaled_to`; 1 without it. */
  readonly scale: Fraction;
}

export type PretrainContext = ReadContext & ValueContext;

/**
 * Reads a phase: length, stages with their positions and step shapes, schedule. Unless it says otherwise, it starts from the
 * last of the `earlier` phases.
 */
export function readPretrain(
  block: OpenBlock,
  ropeTheta: Reading<number> | null,
  context: PretrainContext,
  earlier: readonly NamedPhase[] = [],
): PretrainReading {
  const name = block.name?.text ?? 'pretrain';
  const shape = readPhaseShape(block, ropeTheta, context);
  const stageBlocks = stageBlocksOf(block, context.collector);
  const shapes = stageBlocks.map((stage) => (stage === block ? shape : readStageShape(stage, shape, context)));
  const tokens = readRequired(block, attributes.tokens, context);
  const written = tokens && inTokens(tokens, shapes, stageBlocks, context.collector);
  const scaledTo = readAttribute(block, attributes.scaledTo, context.values);
  if (tokens && written && !scaledTo) noteNearRound(tokens, written, context.collector);
  const total = scaledTo
    ? { ...scaledTo, value: scaledTo.value.amount }
    : tokens && written && { ...tokens, value: written };
  const scale = scaledTo && written ? scaledTo.value.amount.div(written) : new Fraction(1);
  const stages = placed(stageBlocks, total?.value ?? null, scale, context).map((stage, index) => ({
    ...stage,
    ...shapes[index]!,
    block: stageBlocks[index]!,
    ramp: readRamp(stageBlocks[index]!, scale, context),
  }));
  const call = readRequired(block, attributes.schedule, context);
  const scope = { collector: context.collector, stages, phase: name, total: total?.value ?? null, scale };
  const schedule = call && readSchedule(call, scope);
  const start = readStart(block, vocabulary.tuningAttributes.from, earlier, context);
  return { block, name, total, written, isScaled: scaledTo !== null, scale, shape, stages, schedule, start };
}

/** Tokens are scaled as `scaled_to` says. */
function readRamp(block: OpenBlock, scale: Fraction, { values }: ReadContext): StageReading['ramp'] {
  const row = vocabulary.stageAttributes.ramp;
  if (!isWritten(block, row)) return null;
  const ramp = readAttribute(block, row, values);
  if (ramp === null) return 'faulty';
  const { dimension, amount } = ramp.value;
  if (dimension === 'steps' || dimension === 'part') return { ...ramp, value: { unit: dimension, amount } };
  return { ...ramp, value: { unit: 'tokens', amount: amount.mul(scale) } };
}

/** The stages of a phase; the phase itself where shares stand directly in it. */
function stageBlocksOf(block: OpenBlock, collector: DiagnosticCollector): readonly OpenBlock[] {
  const stages = block.children.filter((child) => child.keyword === 'stage');
  if (stages.length === 0) return [block];
  const [share] = block.shares;
  if (share) {
    const data = { block: blockWords(block), stages: stages.map((stage) => stage.name?.text ?? '') };
    collector.add(diagnose(rows.sharesBesideStages, share.span, data));
  }
  return stages;
}

function placed(
  blocks: readonly OpenBlock[],
  total: Fraction | null,
  scale: Fraction,
  context: ValueContext,
): readonly PlacedStage[] {
  const toPlace = blocks.map((block) => ({
    name: block.name?.text ?? block.keyword,
    nameSpan: block.name?.span ?? block.head,
    rangeSpan: block.range?.span ?? block.name?.span ?? block.head,
    range: readRange(block, block.layer, context),
  }));
  return placeStages(toPlace, total, scale);
}

/** A length in steps that is shown as a round number of tokens, and is another. */
function noteNearRound({ value, span }: Reading<Quantity>, total: Fraction, collector: DiagnosticCollector): void {
  const tokens = total.valueOf();
  const rounded = Number(tokens.toPrecision(3));
  const digits = rounded.toExponential().replace(/e.*|\./g, '').length;
  if (value.dimension !== 'steps' || tokens < 10_000 || rounded === tokens || digits > 2) return;
  const data = {
    steps: formatCount(value.amount.valueOf()),
    size: formatCount(total.div(value.amount).valueOf()),
    exact: formatCount(Math.round(tokens)),
    near: formatTokens(Number(tokens.toPrecision(5))),
    round: formatTokens(rounded),
  };
  collector.add(diagnose(rows.stepsNearRound, span, data));
}

/** `tokens = N steps` stands for tokens where every step has the same number of them. */
function inTokens(
  tokens: Reading<Quantity>,
  shapes: readonly StepShape[],
  blocks: readonly OpenBlock[],
  collector: DiagnosticCollector,
): Fraction | null {
  if (tokens.value.dimension === 'tokens') return tokens.value.amount;
  const sizes = shapes.map(tokensPerStep);
  const [size] = sizes;
  if (size === null || size === undefined || sizes.includes(null)) return null;
  if (sizes.every((other) => other === size)) return tokens.value.amount.mul(size);
  const stages = blocks.map((block, index) => `${blockWords(block)} ${printCount(new Fraction(sizes[index]!))}`);
  collector.add(diagnose(rows.stepsNotConstant, tokens.span, { stages: stages.join(', ') }));
  return null;
}
