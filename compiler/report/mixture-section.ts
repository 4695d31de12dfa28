import type { Plan, PlanPretrain, PlanStage } from '../plan/types.ts';
import { blockChart } from './block-chart.ts';
import { domainShares } from './domain-shares.ts';
import { formatShare } from './format-number.ts';
import { sectionTitle } from './section-title.ts';
import { shortened, tableLines } from './text-table.ts';

/** Columns of a chart over a phase's tokens. */
export const chartWidth = 40;
/** Domains that have a line of their own. */
const mostDomains = 8;

/** The shares of each domain over the tokens of a phase, a line each, with where they start and end in words. */
export function mixtureLines(plan: Plan, phase: PlanPretrain): readonly string[] {
  const parts = partsOf(plan, phase);
  const stages = parts.map((part) => new Map(domainShares(plan, part).map((each) => [each.domain, each.share])));
  const columns = Array.from({ length: chartWidth }, (_, column) => {
    const position = (column / (chartWidth - 1)) * phase.tokens;
    const index = parts.findIndex(({ actual_to_tokens }) => position < actual_to_tokens);
    return stages[index === -1 ? stages.length - 1 : index]!;
  });
  const weight = (domain: string) =>
    parts.reduce((sum, { tokens }, i) => sum + tokens * (stages[i]!.get(domain) ?? 0), 0);
  const domains = [...new Set(stages.flatMap((shares) => [...shares.keys()]))].sort((a, b) => weight(b) - weight(a));
  const rows = domains.slice(0, mostDomains).map((domain) => [
    `  ${shortened(domain, 20)}`,
    blockChart(
      columns.map((shares) => shares.get(domain) ?? 0),
      1,
    ),
    course(stages.map((shares) => shares.get(domain) ?? 0)),
  ]);
  const left = domains.length - mostDomains;
  const rest = left > 0 ? [`  and ${left} smaller`] : [];
  return [sectionTitle(plan, phase, 'Mixture'), ...tableLines(rows, ['left', 'left', 'left']), ...rest];
}

type Part = Pick<PlanStage, 'tokens' | 'actual_to_tokens'> & Parameters<typeof domainShares>[1];

/** The stages; where a dataset runs out, the segments, since a stage then has more than one mixture. */
function partsOf(plan: Plan, phase: PlanPretrain): readonly Part[] {
  if (!plan.datasets.some(({ exhausted_at_tokens }) => exhausted_at_tokens !== undefined)) return phase.stages;
  const names = new Map(plan.datasets.map(({ id, name }) => [id, name]));
  let end = 0;
  return phase.segments.map(({ first_step, last_step, sequence, batch_sequences, shares }) => {
    const tokens = (last_step - first_step + 1) * sequence * batch_sequences;
    end += tokens;
    const mixture = shares.map(({ dataset_id, share }) => ({ dataset: names.get(dataset_id)!, share }));
    return { tokens, actual_to_tokens: end, mixture };
  });
}

/** Index of the stage at a part of the phase's tokens. */
export function stageAt(phase: PlanPretrain, part: number): number {
  const position = part * phase.tokens;
  const index = phase.stages.findIndex(({ actual_to_tokens }) => position < actual_to_tokens);
  return index === -1 ? phase.stages.length - 1 : index;
}

/** `90% → 75% → 58%`: shares stage by stage, repeats left out, the middle of a long course too. */
function course(shares: readonly number[]): string {
  const texts = shares.map(formatShare).filter((text, i, all) => text !== all[i - 1]);
  const shown = texts.length > 4 ? [texts[0]!, '…', texts.at(-1)!] : texts;
  return shown.join(' → ');
}
