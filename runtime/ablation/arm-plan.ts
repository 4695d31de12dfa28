import { hashPlan, type Plan, type PlanAblation } from '../../compiler/plan/index.ts';

/**
 * An arm as a plan of its own: its one phase, measured by the ablation's evaluations. Where an arm starts
 * from the run, that is not in it: `ArmStart` has it.
 */
export function armPlan(plan: Plan, ablation: PlanAblation, arm: PlanAblation['arms'][number]): Plan {
  const { from } = arm.phase;
  const phase = { ...arm.phase, from: from.kind === 'phase' ? { kind: 'fresh' as const } : from };
  const alone = {
    ...plan,
    phases: [phase],
    totals: arm.totals,
    evaluations: arm.evaluations ?? ablation.evaluations,
    ablations: [],
    diagnostics: [],
    provenance: {},
  };
  return { ...alone, hash: hashPlan(alone) };
}
