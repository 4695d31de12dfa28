import Fraction from 'fraction.js';
import * as rows from '../diagnostics/catalogue/schedule.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Fix } from '../diagnostics/types.ts';
import type { PretrainReading, StageReading } from '../normalize/read-pretrain.ts';
import { lengthInTokens } from '../normalize/read-schedule.ts';
import { tokensPerStep } from '../normalize/read-stages.ts';
import type { Length } from '../normalize/types.ts';
import { printCount } from '../quantity/print-quantity.ts';
import type { RecipeReading } from './index.ts';

/** Words by which recipes name the stage that is trained on while the learning rate falls. */
const decayWords = /decay|anneal|cooldown/;

/** The decay of a wsd schedule starts with the stage that is named after it, if there is one, within one step. */
export function decayMeetsItsStage({ pretrains }: RecipeReading, collector: DiagnosticCollector): void {
  for (const pretrain of pretrains) checkAlignment(pretrain, collector);
}

function checkAlignment(pretrain: PretrainReading, collector: DiagnosticCollector): void {
  const { schedule } = pretrain;
  const total = pretrain.total?.value;
  const stage = pretrain.stages.find(({ name, from }) => decayWords.test(name) && from?.at.gt(0));
  // Where stages leave a gap or overlap, a range is about to change: that is said, and more would follow from it.
  if (!schedule || !total || !stage?.from || !isSeamless(pretrain.stages)) return;
  const decayStart = startOfDecay(pretrain, total);
  const step = tokensPerStep(stage);
  if (decayStart === null || step === null || decayStart.lt(0)) return;
  const distance = decayStart.sub(stage.from.at);
  if (distance.abs().lt(step)) return;
  const data = {
    decay: printCount(decayStart),
    stage: stage.name,
    start: printCount(stage.from.at),
    distance: printCount(distance.abs()),
    side: distance.s < 0n ? 'before' : 'after',
  } as const;
  const { span } = schedule.decay ?? schedule.decayFrom ?? schedule.call;
  const related = [{ span: stage.nameSpan, label: `starts at ${data.start}` }];
  collector.add(diagnose(rows.decayNotAligned, span, data, { related, fix: alignmentFix(pretrain, stage) }));
}

function isSeamless(stages: readonly StageReading[]): boolean {
  return stages.every(({ from }, index) => {
    const end = stages[index - 1]?.to?.at;
    return !from || !end || from.at.equals(end);
  });
}

function startOfDecay(pretrain: PretrainReading, total: Fraction): Fraction | null {
  const { decay, decayFrom } = pretrain.schedule!;
  const start = decayFrom && toTokens(decayFrom.value, pretrain, total);
  const length = decay && toTokens(decay.value, pretrain, total);
  return start ?? (length && total.sub(length));
}

/** Steps count here only where all have the same tokens; under `scaled_to` their number is the planner's to say. */
function toTokens(length: Length, pretrain: PretrainReading, total: Fraction): Fraction | null {
  if (length.unit !== 'steps') return lengthInTokens(length, total);
  const sizes = new Set(pretrain.stages.map(tokensPerStep));
  const [size] = sizes;
  return sizes.size === 1 && size && !pretrain.isScaled ? length.amount.mul(new Fraction(size)) : null;
}

function alignmentFix({ schedule }: PretrainReading, stage: StageReading): Fix | null {
  const written = schedule!.call.value.node.arguments.find(({ name }) => name?.text.startsWith('decay'));
  if (!written) return null;
  const text = `decay_from = ${stage.name}.start`;
  return { title: `write \`${text}\``, safe: false, edits: [{ span: written.span, text }] };
}
