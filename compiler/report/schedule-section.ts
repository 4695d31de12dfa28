import { wrap } from '../diagnostics/reporters/wrap.ts';
import { learningRate } from '../plan/schedule.ts';
import type { Plan, PlanPretrain } from '../plan/types.ts';
import { blockChart } from './block-chart.ts';
import { formatCount, formatLearningRate, formatTokens } from './format-number.ts';
import { chartWidth, stageAt } from './mixture-section.ts';
import { sectionTitle } from './section-title.ts';

/** The learning rate over a phase's tokens, with its key points in words. */
export function scheduleLines(plan: Plan, phase: PlanPretrain, width: number): readonly string[] {
  const { schedule } = phase;
  const rates = Array.from({ length: chartWidth }, (_, column) =>
    learningRate(schedule, Math.max(1, stepAt(phase, column / (chartWidth - 1)))),
  );
  const words = wrap(scheduleWords(phase), width - 2).map((line) => `  ${line}`);
  return [`${sectionTitle(plan, phase, 'Learning rate')}  ${blockChart(rates, schedule.peak)}`.trimEnd(), ...words];
}

/** Steps done at a part of the phase's tokens. */
function stepAt(phase: PlanPretrain, part: number): number {
  const stage = phase.stages[stageAt(phase, part)]!;
  const inside = (part * phase.tokens - stage.actual_from_tokens) / (stage.sequence * stage.batch_sequences);
  return Math.min(phase.steps, stage.first_step - 1 + Math.max(0, Math.floor(inside)));
}

/** Kind, warm-up and decay of a phase's learning rate, with steps and tokens. */
export function scheduleWords(phase: PlanPretrain): string {
  const { kind, peak, end, warmup_steps, decay_start_step, decay_steps, shape } = phase.schedule;
  const parts = [`${kind}, peak ${formatLearningRate(peak)}`];
  parts.push(warmup_steps === 0 ? 'no warm-up' : `warm-up to step ${formatCount(warmup_steps)}`);
  if (kind === 'inverse_sqrt')
    parts.push(`${formatLearningRate(learningRate(phase.schedule, phase.steps))} at the end`);
  if (decay_steps > 0) {
    const last = decay_start_step + decay_steps;
    const to = last === phase.steps ? 'the end' : `step ${formatCount(last)}`;
    const first = formatCount(decay_start_step + 1);
    const at = formatTokens(tokensDone(phase, decay_start_step));
    parts.push(
      `${shape.replaceAll('_', ' ')} decay from step ${first} (${at} tokens) to ${formatLearningRate(end)} at ${to}`,
    );
  }
  return parts.join(' · ');
}

/** Tokens of the phase that are trained after so many steps. */
export function tokensDone(phase: PlanPretrain, steps: number): number {
  const stage = phase.stages.find(({ last_step }) => steps <= last_step) ?? phase.stages.at(-1)!;
  return stage.actual_from_tokens + (steps - stage.first_step + 1) * stage.sequence * stage.batch_sequences;
}
