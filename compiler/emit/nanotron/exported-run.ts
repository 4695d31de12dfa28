import type { Plan, PlanPhase, PlanStart } from '../../plan/types.ts';

/** A phase, or an arm of an ablation, that nanotron trains: its files stand in a folder of their own. */
export interface ExportedRun {
  /** Also the folder of its checkpoints, below `checkpoints/`. */
  readonly folder: string;
  readonly phase: PlanPhase;
  /** An arm goes on with the optimizer of where it starts. */
  readonly isArm: boolean;
  /** JSON pointer to the phase, where the plan has provenance of it. */
  readonly pointer: string;
}

/** All that is pretraining in a plan, in order; the arms of its ablations last. */
export function exportedRuns(plan: Plan): readonly ExportedRun[] {
  const phases = plan.phases.map((phase, index) => ({
    folder: phase.name,
    phase,
    isArm: false,
    pointer: `/phases/${index}`,
  }));
  const arms = plan.ablations.flatMap(({ name, arms }, index) =>
    arms.map((arm) => ({
      folder: `ablations/${name}/${arm.name}`,
      phase: arm.phase,
      isArm: true,
      pointer: `/ablations/${index}`,
    })),
  );
  return [...phases, ...arms].filter(({ phase }) => phase.kind === 'pretrain');
}

/** The checkpoint that a run starts from, as nanotron names it; null for fresh weights. */
export function startCheckpoint(start: PlanStart, plan: Plan): string | null {
  switch (start.kind) {
    case 'fresh':
    case 'weights':
      return null;
    case 'phase': {
      const last = plan.phases.find(({ name }) => name === start.phase)!.steps;
      return `checkpoints/${start.phase}/${start.step ?? last}`;
    }
    case 'checkpoint':
    case 'nanotron':
      return start.path;
  }
}
