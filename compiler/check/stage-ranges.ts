import Fraction from 'fraction.js';
import * as rows from '../diagnostics/catalogue/stages.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { PretrainReading, StageReading } from '../normalize/read-pretrain.ts';
import { printCount } from '../quantity/print-quantity.ts';
import type { RecipeReading } from './index.ts';

/** Stages cover the phase from 0 to its end, in order, each with at least a token, without gap or overlap. */
export function stagesCoverTheRun({ pretrains }: RecipeReading, collector: DiagnosticCollector): void {
  for (const pretrain of pretrains) checkPhase(pretrain, collector);
}

function checkPhase(pretrain: PretrainReading, collector: DiagnosticCollector): void {
  const { stages, isScaled } = pretrain;
  const total = pretrain.total?.value ?? null;
  // A range that could not be read says nothing about those beside it.
  if (stages.some(({ block }) => block.incomplete && block.range === null && block !== pretrain.block)) return;
  if (reportOrder(stages, collector)) return;
  let previous: StageReading | null = null;
  let isEndJudged = total !== null;
  for (const stage of stages) {
    const isSound = checkInside(stage, total, isScaled, collector) && checkNotEmpty(stage, collector);
    checkMeets(previous, stage, collector);
    if (!isSound || stage.to === null) isEndJudged = false;
    previous = stage;
  }
  if (isEndJudged && previous) checkEnd(previous, total!, collector);
}

/** Reports the first stage that starts before one above it starts; gaps and overlaps would follow from that alone. */
function reportOrder(stages: readonly StageReading[], collector: DiagnosticCollector): boolean {
  for (const [index, stage] of stages.entries()) {
    const earlier = stages[index - 1];
    const from = stage.from?.bound && stage.from.at;
    const earlierFrom = earlier?.from?.bound && earlier.from.at;
    if (!from || !earlier || !earlierFrom || from.gte(earlierFrom)) continue;
    const data = {
      stage: stage.name,
      from: printCount(from),
      earlier: earlier.name,
      earlierFrom: printCount(earlierFrom),
    };
    const related = [{ span: earlier.rangeSpan, label: `stage \`${earlier.name}\`` }];
    collector.add(diagnose(rows.stageOrder, stage.rangeSpan, data, { related }));
    return true;
  }
  return false;
}

function checkInside(
  stage: StageReading,
  total: Fraction | null,
  isScaled: boolean,
  collector: DiagnosticCollector,
): boolean {
  const isBeyond = (position: StageReading['to'], orAt: boolean) =>
    total !== null && position?.bound && (orAt ? position.at.gte(total) : position.at.gt(total));
  const edge = isBeyond(stage.from, true) ? 'starts' : isBeyond(stage.to, false) ? 'ends' : null;
  if (edge === null) return true;
  const position = edge === 'starts' ? stage.from! : stage.to!;
  const data = { stage: stage.name, edge, at: printCount(position.at), total: printCount(total!), isScaled } as const;
  collector.add(diagnose(rows.stageOutside, position.span, data));
  return false;
}

function checkNotEmpty(stage: StageReading, collector: DiagnosticCollector): boolean {
  if (!stage.from || !stage.to || stage.to.at.gt(stage.from.at)) return true;
  const isReversed = stage.to.at.lt(stage.from.at);
  const data = { stage: stage.name, from: printCount(stage.from.at), to: printCount(stage.to.at), isReversed };
  collector.add(diagnose(rows.stageEmpty, stage.rangeSpan, data));
  return false;
}

/** The start of a stage is the end of the one before it, or 0. */
function checkMeets(previous: StageReading | null, stage: StageReading, collector: DiagnosticCollector): void {
  const end = previous ? previous.to?.at : new Fraction(0);
  const start = stage.from?.at;
  if (!end || !start || start.equals(end)) return;
  const related = previous ? [{ span: previous.rangeSpan, label: `stage \`${previous.name}\`` }] : [];
  if (start.gt(end)) {
    const data = { from: printCount(end), to: printCount(start), before: previous?.name ?? null, after: stage.name };
    collector.add(diagnose(rows.stageGap, stage.rangeSpan, data, { related }));
  } else if (previous) {
    const data = { stage: stage.name, from: printCount(start), earlier: previous.name, end: printCount(end) };
    collector.add(diagnose(rows.stageOverlap, stage.rangeSpan, data, { related }));
  }
}

function checkEnd(last: StageReading, total: Fraction, collector: DiagnosticCollector): void {
  const end = last.to!.at;
  if (end.gte(total)) return;
  const data = { from: printCount(end), to: printCount(total), before: last.name, after: null };
  collector.add(diagnose(rows.stageGap, last.rangeSpan, data));
}
