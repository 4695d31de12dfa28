import type { PlanDataset, PlanPhase, PlanSegment } from '../../plan/types.ts';

/** Steps of a phase in which nothing changes, 1-based and inclusive: what one file of nanotron trains. */
export interface RunPart extends Omit<PlanSegment, 'shares'> {
  /** Unique in the phase. */
  readonly name: string;
  /** Datasets by the name of their folder; shares as the plan has them. */
  readonly shares: readonly { readonly folder: string; readonly share: string }[];
}

/** The parts of a phase in order: its stages, and the pieces of a ramp each for itself. */
export function runParts(phase: PlanPhase, datasets: readonly PlanDataset[]): readonly RunPart[] {
  const folders = new Map(datasets.toReversed().map(({ id, name }) => [id, name]));
  const order = new Map(datasets.map(({ id }, index) => [id, index]));
  return phase.stages.flatMap((stage) => {
    const pieces = phase.segments.filter(
      ({ first_step: first, last_step: last }) => first <= stage.last_step && last >= stage.first_step,
    );
    return pieces.map((piece, index) => ({
      ...piece,
      name: pieces.length === 1 ? stage.name : `${stage.name}_${index + 1}`,
      first_step: Math.max(piece.first_step, stage.first_step),
      last_step: Math.min(piece.last_step, stage.last_step),
      shares: piece.shares
        .toSorted((a, b) => order.get(a.dataset_id)! - order.get(b.dataset_id)!)
        .map(({ dataset_id, share }) => ({ folder: folders.get(dataset_id)!, share })),
    }));
  });
}

/** Trained tokens of a part. */
export function tokensOf({ first_step, last_step, batch_sequences, sequence }: RunPart): number {
  return (last_step - first_step + 1) * batch_sequences * sequence;
}
