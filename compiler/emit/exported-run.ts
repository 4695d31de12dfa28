import type { Plan, PlanPhase } from '../plan/types.ts';

/** A phase, or an arm of an ablation, that another program trains. */
export interface ExportedRun<Phase extends PlanPhase = PlanPhase> {
  /** The phase's name, or `ablations/ABLATION/ARM`: what its files and folders are called by. */
  readonly name: string;
  readonly phase: Phase;
  readonly isArm: boolean;
  /** JSON pointer to the phase, where the plan has provenance of it. */
  readonly pointer: string;
}

/** What is trained in a plan, of one kind of phases, in order; the arms of its ablations last. */
export function exportedRuns<Phase extends PlanPhase>(
  { phases, ablations }: Plan,
  isOfKind: (phase: PlanPhase) => phase is Phase,
): readonly ExportedRun<Phase>[] {
  const runs: readonly ExportedRun[] = [
    ...phases.map((phase, index) => ({ name: phase.name, phase, isArm: false, pointer: `/phases/${index}` })),
    ...ablations.flatMap((ablation, index) =>
      ablation.arms.map(({ name, phase }) => ({
        name: `ablations/${ablation.name}/${name}`,
        phase,
        isArm: true,
        pointer: `/ablations/${index}`,
      })),
    ),
  ];
  return runs.flatMap(({ phase, ...run }) => (isOfKind(phase) ? [{ ...run, phase }] : []));
}
