import type {
  Length,
  ResolvedPretrain,
  ResolvedSpikeRule,
  ResolvedStage,
  ResolvedStart,
} from '../../normalize/types.ts';
import { placePhase } from '../../plan/plan-phase.ts';
import { block } from './block.ts';
import { boundText, countText, lengthText, realText, shareLines } from './literals.ts';
import { sourceText } from './print-datasets.ts';
import { checkpointText, clipNormText, optimizerText, scheduleText } from './print-training.ts';

/** A pretraining phase: scaled positions as they are, `rope_theta` where a stage differs from the model's. */
export function printPretrain(phase: ResolvedPretrain, modelTheta: number): string {
  const [first] = phase.stages;
  const { from, onSpike } = phase;
  const isPlain = phase.stages.length === 1 && first!.name === phase.name && isLikePhase(first!, modelTheta);
  return block(phase.name === 'pretrain' ? 'pretrain' : `pretrain ${phase.name}`, [
    `tokens = ${countText(phase.tokens.value)}`,
    `sequence = ${countText(first!.sequence.value)}`,
    `batch = ${batchText(first!)}`,
    `attention = ${first!.attention.value}`,
    `precision = ${phase.precision.value}`,
    phase.recompute.value === 'none' ? null : `recompute = ${phase.recompute.value}`,
    `optimizer = ${optimizerText(phase.optimizer)}`,
    `clip_norm = ${clipNormText(phase.clipNorm.value)}`,
    `schedule = ${scheduleText(phase.schedule, placePhase(phase).scale)}`,
    checkpointText(phase.checkpointEvery.value, phase.checkpointKeep.value),
    from.value.kind === 'fresh' ? null : `from = ${startText(from.value)}`,
    onSpike && `on_spike = ${spikeText(onSpike)}`,
    ...(isPlain
      ? shareLines(first!.shares).lines
      : phase.stages.map((stage) => `\n${printStage(stage, first!, modelTheta)}`)),
  ]);
}

/** Whether a phase's only stage needs no block of its own. */
function isLikePhase({ ropeTheta, ramp, shares }: ResolvedStage, modelTheta: number): boolean {
  return ropeTheta.value === modelTheta && ramp === null && !shareLines(shares).normalized;
}

function printStage(stage: ResolvedStage, first: ResolvedStage, modelTheta: number): string {
  const { normalized, lines } = shareLines(stage.shares);
  const range = `${boundText(stage.from.value)}..${boundText(stage.to.value)}`;
  const batch = batchText(stage);
  return block(`stage ${stage.name} ${range}${normalized ? ' normalized' : ''}`, [
    stage.sequence.value !== first.sequence.value && `sequence = ${countText(stage.sequence.value)}`,
    batch !== batchText(first) && `batch = ${batch}`,
    stage.ropeTheta.value !== modelTheta && `rope_theta = ${realText(stage.ropeTheta.value)}`,
    stage.attention.value !== first.attention.value && `attention = ${stage.attention.value}`,
    stage.ramp && `ramp = ${lengthText(stage.ramp.value)}`,
    ...lines,
  ]);
}

function batchText({ batch }: ResolvedStage): string {
  return `${countText(batch.value.amount)} ${batch.value.unit}`;
}

/** A position of `from` is one quantity, not a quotient: a scaled one is given to the token. It is taken to whole steps in any case. */
function written(at: Length): Length {
  return at.unit === 'tokens' ? { ...at, amount: at.amount.round() } : at;
}

/** Where weights come from, as `from` says it. */
export function startText(start: Exclude<ResolvedStart, { readonly kind: 'fresh' }>): string {
  switch (start.kind) {
    case 'phase':
      return start.at === null ? start.phase : `${start.phase} at ${lengthText(written(start.at))}`;
    case 'weights':
      return sourceText(start.source);
    case 'checkpoint':
    case 'nanotron':
      return `${start.kind}(${JSON.stringify(start.path)})`;
  }
}

function spikeText({ to, skipSteps, over, windowSteps }: ResolvedSpikeRule): string {
  const skip = `${countText(skipSteps.value)} steps`;
  const window = `${countText(windowSteps.value)} steps`;
  return `rewind(to = ${to.value}, skip = ${skip}, over = ${realText(over.value)} sigma, window = ${window})`;
}
