import Fraction from 'fraction.js';
import { wrap } from '../diagnostics/reporters/wrap.ts';
import { foldItems } from '../report/fold-items.ts';
import { formatCount, formatEpochs, formatLearningRate, formatShare, formatTokens } from '../report/format-number.ts';
import { tableLines } from '../report/text-table.ts';
import type { InspectedSlot, StepInspection } from './types.ts';

/** Slots that are listed when all are asked for. */
const mostSlots = 16;

/** A step for people: what `smol inspect` prints. */
export function renderStepText(inspection: StepInspection): string {
  const sections = [headLines(inspection), shareLines(inspection), slotLines(inspection)];
  return sections.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n');
}

function headLines(step: StepInspection): readonly string[] {
  const { recipe, profile, stage, phase, sequence, batch_sequences } = step;
  const name = profile === null ? recipe : `${recipe} (profile ${profile})`;
  const isSame = phase.step === step.step;
  const inPhase = isSame ? `, ${phase.name}` : ` (step ${formatCount(phase.step)} of ${phase.name})`;
  const stageSteps = `steps ${formatCount(stage.first_step)} to ${formatCount(stage.last_step)}`;
  const facts = [
    `stage ${stage.name} (${formatTokens(stage.from_tokens)}..${formatTokens(stage.to_tokens)}, ${stageSteps})`,
    `learning rate ${formatLearningRate(step.learning_rate)}`,
    `${formatCount(batch_sequences)} sequences × ${formatCount(sequence)} = ${formatCount(step.tokens)} tokens`,
    `RoPE theta ${formatCount(step.rope_theta)}`,
    `attention ${step.attention}`,
    `${formatTokens(step.tokens_before)} tokens before it`,
  ];
  return [
    `${name}   step ${formatCount(step.step)} of ${formatCount(step.steps)}${phase.steps === step.steps ? '' : inPhase}   plan ${step.plan.slice(0, 8)}`,
    ...foldItems(facts, ' · ', 80),
  ];
}

function shareLines({ shares }: StepInspection): readonly string[] {
  const rows = shares.map(({ dataset, share, sequences, tokens_read, epochs_read }) => [
    `  ${dataset}`,
    formatShare(new Fraction(share).valueOf()),
    formatCount(sequences),
    formatTokens(tokens_read),
    epochs_read === null ? 'unknown' : formatEpochs(epochs_read),
  ]);
  return tableLines(
    [['Shares', 'share', 'in batch', 'read before', 'epochs'], ...rows],
    ['left', 'right', 'right', 'right', 'right'],
  );
}

function slotLines({ slots }: StepInspection): readonly string[] {
  const known = slots.some(({ window }) => window !== null);
  const row = ({ slot, dataset, draw, epoch, window }: InspectedSlot) => [
    `  ${formatCount(slot)}`,
    dataset,
    formatCount(draw),
    ...(known ? [epoch === null ? '' : formatCount(epoch), window === null ? '' : formatCount(window)] : []),
  ];
  const head = ['Slot', 'dataset', 'draw', ...(known ? ['epoch', 'window'] : [])];
  const table = tableLines([head, ...slots.slice(0, mostSlots).map(row)], ['left', 'left', 'right', 'right', 'right']);
  const left = slots.length - mostSlots;
  const rest = left > 0 ? [`  and ${formatCount(left)} more: \`--slot N\` for one, \`--format json\` for all`] : [];
  const without = known ? [] : wrap('epochs and windows are known to a run, which has counted its data', 80);
  return [...table, ...rest, ...without];
}
