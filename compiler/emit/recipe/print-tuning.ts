import Fraction from 'fraction.js';
import type { ResolvedDpo, ResolvedRecipe, ResolvedSft, ResolvedTuning } from '../../normalize/types.ts';
import { block } from './block.ts';
import { chatText } from './chat-text.ts';
import { countText, percentText, realText, shareLines } from './literals.ts';
import { startText } from './print-pretrain.ts';
import { checkpointText, clipNormText, optimizerText, scheduleText } from './print-training.ts';

/** Phases of post-training; a mixture that one reads stands before it, flattened. */
export function printTunings({ tuning, ablations }: ResolvedRecipe): readonly string[] {
  const mixtures = new Map<string, string>();
  const arms = ablations.flatMap((ablation) => ablation.arms.map(({ phase }) => phase));
  for (const phase of [...tuning, ...arms]) {
    if (phase.kind === 'pretrain' || phase.data.kind !== 'mixture') continue;
    const { data } = phase;
    const { normalized, lines } = shareLines(data.shares);
    mixtures.set(data.mixture, block(`mixture ${data.mixture}${normalized ? ' normalized' : ''}`, lines));
  }
  return [...mixtures.values(), ...tuning.map(printTuning)];
}

function printTuning(phase: ResolvedSft | ResolvedDpo): string {
  const { kind, name, data, from } = phase;
  return block(name === kind ? kind : `${kind} ${name}`, [
    `data = ${data.kind === 'dataset' ? data.dataset : data.mixture}`,
    lengthLine(phase.length.value),
    from.value.kind === 'fresh' ? null : `from = ${startText(from.value)}`,
    `sequence = ${countText(phase.sequence.value)}`,
    `batch = ${countText(phase.batchSequences.value)} sequences`,
    `too_long = ${phase.tooLong.value}`,
    `chat = ${chatText(phase.chat.value)}`,
    ...(kind === 'sft' ? sftLines(phase) : dpoLines(phase)),
    `precision = ${phase.precision.value}`,
    phase.recompute.value === 'none' ? null : `recompute = ${phase.recompute.value}`,
    `optimizer = ${optimizerText(phase.optimizer)}`,
    `clip_norm = ${clipNormText(phase.clipNorm.value)}`,
    `schedule = ${scheduleText(phase.schedule, new Fraction(1))}`,
    checkpointText(phase.checkpointEvery.value, phase.checkpointKeep.value),
  ]);
}

/** Epochs or steps, as post-training gives its length. */
export function lengthLine(length: ResolvedTuning['length']['value']): string {
  if (length.unit === 'steps') return `steps = ${countText(length.amount)} steps`;
  const [above, below] = realText(length.amount).split(' / ') as [string, string | undefined];
  return `epochs = ${above} epochs${below === undefined ? '' : ` / ${below}`}`;
}

function sftLines({ lossOn, packing, attention, maxUntrained }: ResolvedSft): readonly string[] {
  return [
    `loss_on = ${lossOn.value}`,
    `packing = ${packing.value}`,
    `attention = ${attention.value}`,
    `max_untrained = ${percentText(maxUntrained.value)}`,
  ];
}

function dpoLines({ beta, maxPrompt, loss, lengthNormalised, reference }: ResolvedDpo): readonly (string | null)[] {
  return [
    `beta = ${realText(beta.value)}`,
    maxPrompt && `max_prompt = ${countText(maxPrompt.value)}`,
    `loss = ${loss.value}`,
    `length_normalised = ${lengthNormalised.value}`,
    `reference = ${reference.value}`,
  ];
}
