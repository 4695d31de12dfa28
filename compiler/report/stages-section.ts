import { wrap } from '../diagnostics/reporters/wrap.ts';
import type { Plan, PlanPhase, PlanStage } from '../plan/types.ts';
import { foldItems } from './fold-items.ts';
import { formatCount, formatTokens } from './format-number.ts';
import { sectionTitle } from './section-title.ts';
import { stageShares } from './stage-shares.ts';
import { startWords } from './start-words.ts';
import { shortened, tableLines } from './text-table.ts';

const nameWidth = 20;

/** The stages of a phase: asked ranges, steps, sequence, shares by domain, what rounding did, what changes between them. */
export function stageLines(plan: Plan, phase: PlanPhase, width: number): readonly string[] {
  const head = [sectionTitle(plan, phase, 'Stages'), 'tokens', 'steps', 'seq'];
  const rows = phase.stages.map((stage) => [`  ${shortened(stage.name, nameWidth)}`, ...stageCells(stage)]);
  const lines = tableLines([head, ...rows], ['left', 'right', 'right', 'right']);
  const indent = Math.max(...lines.map((line) => line.length)) + 2;
  const [first, ...others] = lines.map((line) => line.padEnd(indent));
  return [
    `${first}shares`,
    ...others.flatMap((line, i) => beside(line, sharesOf(plan, phase, phase.stages[i]!), width, indent)),
    ...stageNotes(phase).flatMap((note) => folded(note, width)),
  ];
}

/** Asked range, steps and sequence of a stage. */
export function stageCells(stage: PlanStage): readonly string[] {
  return [
    `${formatTokens(stage.from_tokens)} – ${formatTokens(stage.to_tokens)}`,
    `${formatCount(stage.first_step)}–${formatCount(stage.last_step)}`,
    formatCount(stage.sequence),
  ];
}

/** Where weights come from, what rounding to whole steps did, and what else than the mixture changes between stages. */
export function stageNotes(phase: PlanPhase): readonly string[] {
  const changes = phase.stages.slice(1).map((stage, i) => changeText(phase.stages[i]!, stage));
  const start = phase.from.kind === 'fresh' ? null : `weights ${startWords(phase.from)}`;
  return [start, roundingText(phase), stopText(phase), ...changes].filter((note) => note !== null);
}

function sharesOf(plan: Plan, phase: PlanPhase, stage: PlanStage): readonly string[] {
  return stageShares(plan, phase, stage).map(({ domain, text }) => `${shortened(domain, nameWidth)} ${text}`);
}

/** Items to the right of a line, folded below themselves. */
function beside(line: string, items: readonly string[], width: number, indent: number): readonly string[] {
  return foldItems(items, '  ', Math.max(16, width - indent)).map(
    (part, i) => (i === 0 ? line : ' '.repeat(indent)) + part,
  );
}

function folded(text: string, width: number): readonly string[] {
  return wrap(text, width - 4).map((line, i) => (i === 0 ? '  ' : '    ') + line);
}

/** A last stage that ends long before it was asked to. */
function stopText({ stages, asked_tokens, tokens }: PlanPhase): string | null {
  const last = stages.at(-1);
  if (!last || last.to_tokens - last.actual_to_tokens <= last.sequence * last.batch_sequences) return null;
  return `stops at ${formatTokens(tokens!)} of ${formatTokens(asked_tokens!)} tokens, where a dataset runs out`;
}

/** How far whole steps move the ends of stages. */
function roundingText({ stages }: PlanPhase): string | null {
  const moved = stages.flatMap(({ name, to_tokens, actual_to_tokens, sequence, batch_sequences }) => {
    const difference = actual_to_tokens - to_tokens;
    if (difference === 0) return [];
    // More than a step is no rounding: a dataset ran out, and the phase stops there.
    if (Math.abs(difference) > sequence * batch_sequences) return [];
    const inSteps = Math.abs(difference / (sequence * batch_sequences)).toFixed(2);
    const sign = difference < 0 ? '−' : '+';
    return [`${name} ${sign}${formatTokens(Math.abs(difference))} tokens (${inSteps} step)`];
  });
  return moved.length === 0 ? null : `ends in whole steps: ${moved.join(', ')}`;
}

/** What else than the mixture changes from one stage to the next. */
function changeText(before: PlanStage, stage: PlanStage): string | null {
  const stepSize = (each: PlanStage) => each.sequence * each.batch_sequences;
  const facts: readonly [string, string | number, string | number][] = [
    ['sequence', formatCount(before.sequence), formatCount(stage.sequence)],
    ['sequences a step', formatCount(before.batch_sequences), formatCount(stage.batch_sequences)],
    ['RoPE theta', formatCount(before.rope_theta), formatCount(stage.rope_theta)],
    ['attention', before.attention, stage.attention],
  ];
  const ramp =
    stage.ramp_steps === 0
      ? []
      : [`shares move from those of ${before.name} over ${formatCount(stage.ramp_steps)} steps`];
  const changes = facts.filter(([, a, b]) => a !== b).map(([what, a, b]) => `${what} ${a} → ${b}`);
  if (changes.length === 0) return ramp.length === 0 ? null : `${stage.name}: ${ramp.join('')}`;
  const tokens =
    stepSize(before) === stepSize(stage)
      ? `tokens a step stay ${formatCount(stepSize(stage))}`
      : `tokens a step ${formatCount(stepSize(before))} → ${formatCount(stepSize(stage))}`;
  return `${stage.name}: ${[...ramp, ...changes, tokens].join(', ')}`;
}
