import { wrap } from '../diagnostics/reporters/wrap.ts';
import { numberOfExact } from '../plan/exact.ts';
import type { PlanPhase } from '../plan/types.ts';
import { formatCount, formatLearningRate, formatShare, formatTokens } from './format-number.ts';
import { startWords } from './start-words.ts';

/** Post-training, a paragraph each: what is read how often, in how many steps, at what rate. */
export function tuningLines(phases: readonly PlanPhase[], width: number): readonly string[] {
  const lines = phases.flatMap((phase) =>
    wrap(tuningFacts(phase).join(' · '), width - 6).map((line, i) => (i === 0 ? line : `  ${line}`)),
  );
  return lines.map((line, i) => (i === 0 ? `Then  ${line}` : `      ${line}`));
}

/** The facts of a phase of post-training. */
export function tuningFacts(phase: PlanPhase): readonly string[] {
  const tuning = phase.tuning!;
  const { peak, warmup_steps: warmup } = phase.schedule;
  const start = phase.from.kind === 'fresh' ? 'fresh weights' : startWords(phase.from);
  const temperature = tuning.beta === null ? [] : [`beta ${tuning.beta}`];
  return [
    `${titleOf(phase)} ${dataText(phase)}`,
    ...(phase.rows === null ? [] : [`${rowsText(phase.rows, phase.kind)}${epochsText(phase.epochs)}`]),
    `${formatCount(phase.steps)} steps × ${formatCount(tuning.batch_sequences)}`,
    phase.tokens === null
      ? `at most ${formatCount(tuning.sequence)} tokens a row`
      : `${formatTokens(phase.tokens)} tokens`,
    `${phase.schedule.kind}, peak ${formatLearningRate(peak)}, ${warmup === 0 ? 'no warm-up' : `warm-up to step ${formatCount(warmup)}`}`,
    ...temperature,
    start,
  ];
}

/** `sft`, or `sft polish` where the phase has a name of its own. */
function titleOf({ kind, name }: PlanPhase): string {
  return name === kind ? kind : `${kind} ${name}:`;
}

function dataText({ tuning }: PlanPhase): string {
  const { data } = tuning!;
  if (data.length === 1) return data[0]!.dataset;
  return data.map(({ dataset, share }) => `${formatShare(numberOfExact(share))} ${dataset}`).join(', ');
}

function rowsText(rows: number, kind: PlanPhase['kind']): string {
  return `${formatTokens(rows)} ${kind === 'dpo' ? 'pairs' : 'rows'}`;
}

function epochsText(epochs: string | null): string {
  if (epochs === null) return '';
  return ` × ${epochs} ${epochs === '1' ? 'epoch' : 'epochs'}`;
}
