import type { Plan, PlanPretrain, PlanStage } from '../plan/types.ts';
import { blockChart } from './block-chart.ts';
import { domainShares } from './domain-shares.ts';
import { formatShare } from './format-number.ts';
import { sectionTitle } from './section-title.ts';
import { segmentMixture } from './segment-mixture.ts';
import { shortened, tableLines } from './text-table.ts';

/** Columns of a chart over a phase's tokens. */
export const chartWidth = 40;
/** Domains that have a line of their own. */
const mostDomains = 8;

/** The shares of each domain over the tokens of a phase, a line each, with where they start and end in words. */
export function mixtureLines(plan: Plan, phase: PlanPretrain): readonly string[] {
  const parts = partsOf(plan, phase);
  const stages = parts.map(
    (part) => new Map(domainShares(plan, part.mixture).map((each) => [each.domain, each.share])),
  );
  const columns = Array.from(
    { length: chartWidth },
    (_, column) => stages[indexAt(parts, (column / (chartWidth - 1)) * phase.tokens)]!,
  );
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

type Part = Pick<PlanStage, 'tokens' | 'actual_to_tokens'> & { readonly mixture: ReturnType<typeof segmentMixture> };

/** The stages; where a dataset runs out, the segments, since a stage then has more than one mixture. */
function partsOf(plan: Plan, phase: PlanPretrain): readonly Part[] {
  if (!plan.datasets.some(({ exhausted_at_tokens }) => exhausted_at_tokens !== undefined)) return phase.stages;
  let end = 0;
  return phase.segments.map((segment) => {
    const tokens = (segment.last_step - segment.first_step + 1) * segment.sequence * segment.batch_sequences;
    end += tokens;
    return { tokens, actual_to_tokens: end, mixture: segmentMixture(plan, segment) };
  });
}

/** Index of the stage at a part of the phase's tokens. */
export function stageAt(phase: PlanPretrain, part: number): number {
  return indexAt(phase.stages, part * phase.tokens);
}

/** Index of the part that holds a position in a phase's tokens; the last one holds the end. */
function indexAt(parts: readonly Pick<PlanStage, 'actual_to_tokens'>[], position: number): number {
  const index = parts.findIndex(({ actual_to_tokens }) => position < actual_to_tokens);
  return index === -1 ? parts.length - 1 : index;
}

/** `90% → 75% → 58%`: shares stage by stage, repeats left out, the middle of a long course too. */
function course(shares: readonly number[]): string {
  const texts = shares.map(formatShare).filter((text, i, all) => text !== all[i - 1]);
  const shown = texts.length > 4 ? [texts[0]!, '…', texts.at(-1)!] : texts;
  return shown.join(' → ');
}
