import Fraction from 'fraction.js';
import type { Plan, PlanStage } from '../plan/types.ts';

/** Shares of a mixture by domain, largest first; a dataset without a domain stands under its own name. */
export function domainShares(
  plan: Plan,
  mixture: readonly Pick<PlanStage['mixture'][number], 'dataset' | 'share'>[],
): readonly { readonly domain: string; readonly share: number }[] {
  const domains = new Map(plan.datasets.map(({ name, domain }) => [name, domain ?? name]));
  const sums = new Map<string, Fraction>();
  for (const { dataset, share } of mixture) {
    if (share === '0') continue;
    const domain = domains.get(dataset)!;
    sums.set(domain, (sums.get(domain) ?? new Fraction(0)).add(new Fraction(share)));
  }
  return [...sums]
    .map(([domain, sum]) => ({ domain, share: sum.valueOf() }))
    .sort((a, b) => b.share - a.share || (a.domain < b.domain ? -1 : 1));
}
