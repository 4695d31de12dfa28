import type { Plan, PlanPhase, PlanStage } from '../plan/types.ts';
import { domainShares } from './domain-shares.ts';
import { formatShare } from './format-number.ts';
import { segmentMixture } from './segment-mixture.ts';

/**
 * `web 60%` for each domain of a stage, as asked. Where a dataset runs out the shares are those that are planned, at the
 * stage's first step and, if they are others by then, at its last: `web 60% → 75%`.
 */
export function stageShares(
  plan: Plan,
  phase: PlanPhase,
  stage: PlanStage,
): readonly { readonly domain: string; readonly text: string }[] {
  const asked = domainShares(plan, stage.mixture).map(({ domain, share }) => ({ domain, text: formatShare(share) }));
  if (!plan.datasets.some(({ exhausted_at_tokens }) => exhausted_at_tokens !== undefined)) return asked;
  const first = sharesAt(plan, phase, stage.first_step);
  const last = sharesAt(plan, phase, stage.last_step);
  const domains = [...new Set([...first.keys(), ...last.keys()])];
  return domains.map((domain) => {
    const [from, to] = [formatShare(first.get(domain) ?? 0), formatShare(last.get(domain) ?? 0)];
    return { domain, text: from === to ? to : `${from} → ${to}` };
  });
}

function sharesAt(plan: Plan, { segments }: PlanPhase, step: number): ReadonlyMap<string, number> {
  const segment = segments.find(({ first_step, last_step }) => first_step <= step && step <= last_step)!;
  return new Map(domainShares(plan, segmentMixture(plan, segment)).map(({ domain, share }) => [domain, share]));
}
