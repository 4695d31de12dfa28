import Fraction from 'fraction.js';
import { vocabulary } from '../../grammar/index.ts';
import type { ValueContext } from '../bind/value-context.ts';
import * as rows from '../diagnostics/catalogue/stages.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { printCount } from '../quantity/print-quantity.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { blockWords, type OpenBlock } from './open-block.ts';
import { type ReadContext, readRequired } from './read-required.ts';
import { readSchedule, type ScheduleReading } from './read-schedule.ts';
import { readPhaseShape, readRange, readStageShape, type StepShape, tokensPerStep } from './read-stages.ts';
import { type Reading, readAttribute } from './read-value.ts';
import { type PlacedStage, placeStages } from './stage-positions.ts';

const attributes = vocabulary.pretrainAttributes;

export interface StageReading extends PlacedStage, StepShape {
  readonly block: OpenBlock;
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
}

export type PretrainContext = ReadContext & ValueContext;

/** Reads a phase: length, stages with their positions and step shapes, schedule. */
export function readPretrain(
  block: OpenBlock,
  ropeTheta: Reading<number> | null,
  context: PretrainContext,
): PretrainReading {
  const name = block.name?.text ?? 'pretrain';
  const shape = readPhaseShape(block, ropeTheta, context);
  const stageBlocks = stageBlocksOf(block, context.collector);
  const shapes = stageBlocks.map((stage) => (stage === block ? shape : readStageShape(stage, shape, context)));
  const tokens = readRequired(block, attributes.tokens, context);
  const written = tokens && inTokens(tokens, shapes, stageBlocks, context.collector);
  const scaledTo = readAttribute(block, attributes.scaledTo, context.values);
  const total = scaledTo
    ? { ...scaledTo, value: scaledTo.value.amount }
    : tokens && written && { ...tokens, value: written };
  const scale = scaledTo && written ? scaledTo.value.amount.div(written) : new Fraction(1);
  const stages = placed(stageBlocks, total?.value ?? null, scale, context).map((stage, index) => ({
    ...stage,
    ...shapes[index]!,
    block: stageBlocks[index]!,
  }));
  const call = readRequired(block, attributes.schedule, context);
  const scope = { collector: context.collector, stages, phase: name, total: total?.value ?? null, scale };
  const schedule = call && readSchedule(call, scope);
  return { block, name, total, written, isScaled: scaledTo !== null, shape, stages, schedule };
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
