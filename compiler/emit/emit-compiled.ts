import type { Compilation } from '../compile.ts';
import { applyAllows } from '../diagnostics/apply-allows.ts';
import type { Plan } from '../plan/types.ts';
import type { SourceText } from '../source.ts';
import type { Emission } from './emission.ts';
import type { EmitPlace } from './emit-place.ts';
import { planSpans } from './plan-spans.ts';
import { emitTarget, type Target } from './targets.ts';

/** A plan with the recipe that it was compiled from; null where there is only the plan. */
export interface CompiledPlan {
  readonly plan: Plan;
  readonly compilation: Pick<Compilation, 'file' | 'recipe' | 'sources'> | null;
}

/**
 * The files of a target for a plan, and what the target cannot say of it, at its places in the recipe; warnings that the recipe
 * allows are left out. Throws `EmitError` as `emitTarget` does.
 */
export async function emitCompiled(
  { plan, compilation }: CompiledPlan,
  target: Target,
  place: Omit<EmitPlace, 'spanOf'>,
): Promise<Emission> {
  const sources: ReadonlyMap<string, SourceText> = compilation?.sources ?? new Map();
  const { phases = [], tuning = [] } = compilation?.recipe ?? {};
  const heads = [...phases, ...tuning].map(({ span }) => span);
  const emission = await emitTarget(target, plan, { ...place, spanOf: planSpans(plan, sources, heads) });
  if (compilation === null) return emission;
  const { profile } = plan;
  return {
    ...emission,
    diagnostics: applyAllows(compilation.file, emission.diagnostics, { reportIdle: false, profile }),
  };
}
