import { wrap } from '../diagnostics/reporters/wrap.ts';
import type { PlanAblation } from '../plan/types.ts';
import { evaluationWords } from './evaluation-section.ts';
import { formatCount, formatMoney, formatTokens } from './format-number.ts';

/** Ablations: from where, how long, and the arms. */
export function ablationLines(ablations: readonly PlanAblation[], width: number): readonly string[] {
  const lines = ablations.flatMap((ablation) => {
    const [head, ...rest] = ablationWords(ablation);
    return [
      ...wrap(head!, width - 8).map((line, i) => (i === 0 ? line : `  ${line}`)),
      ...rest.flatMap((line) => wrap(line, width - 10).map((part) => `  ${part}`)),
    ];
  });
  return lines.map((line, i) => (i === 0 ? `Ablate  ${line}` : `        ${line}`));
}

/** `math from pretrain at step 1,430,000: owm, finemath4 · 100B tokens each`, then what is compared. */
export function ablationWords({ name, from, asked_step: asked, arms, evaluations }: PlanAblation): readonly string[] {
  const [first] = arms;
  const tokens = first?.totals.tokens ?? 0;
  const cost = arms.reduce((sum, { totals }) => sum + (totals.cost_usd ?? 0), 0);
  const parts = [
    `${name}${startWords(from, asked)}: ${arms.map((arm) => arm.name).join(', ')}`,
    `${stepsWords(arms)}${tokens === 0 ? '' : `, ${formatTokens(tokens)} tokens`} each`,
    ...(cost === 0 ? [] : [`${formatMoney(cost)} together`]),
  ];
  return [parts.join(' · '), ...evaluations.flatMap(evaluationWords)];
}

/** `610 steps`; where arms read sets of different sizes, from the shortest to the longest. */
function stepsWords(arms: PlanAblation['arms']): string {
  const steps = arms.map(({ phase }) => phase.steps);
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  return `${least === most ? '' : `${formatCount(least)} to `}${formatCount(most)} steps`;
}

function startWords(from: PlanAblation['from'], asked: number | null): string {
  if (from.kind === 'fresh') return '';
  if (from.kind !== 'phase') return ' from given weights';
  if (from.step === null) return ` from ${from.phase}`;
  const moved = asked === from.step || asked === null ? '' : ` (nearest checkpoint to ${formatCount(asked)})`;
  return ` from ${from.phase} at step ${formatCount(from.step)}${moved}`;
}
