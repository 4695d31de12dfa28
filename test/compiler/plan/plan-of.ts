import { DiagnosticCollector } from '../../../compiler/diagnostics/collector.ts';
import type { ResolvedRecipe } from '../../../compiler/normalize/types.ts';
import { buildPlan } from '../../../compiler/plan/plan.ts';
import type { Plan } from '../../../compiler/plan/types.ts';
import { madeSources, makeStage } from '../../support/resolved-recipe.ts';

/** The plan of a resolved recipe, with what planning had to say. */
export function planOf(recipe: ResolvedRecipe): {
  readonly plan: Plan;
  readonly codes: readonly string[];
  readonly collector: DiagnosticCollector;
} {
  const collector = new DiagnosticCollector();
  const plan = buildPlan(recipe, madeSources, collector);
  if (plan === null) throw new Error(`no plan: ${collector.all().map(({ message }) => message)}`);
  return { plan, codes: collector.all().map(({ code }) => code), collector };
}

/** A stage of a small run: sequences of 64 tokens, 8 of them a step. */
export const smallStage = (from: number, to: number, shares: Record<string, string>, name = 's', sequence = 64) =>
  makeStage(name, from, to, shares, { sequence, batch: { unit: 'tokens', amount: 512 } });
