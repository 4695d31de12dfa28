import type { Plan } from '../../compiler/plan/index.ts';
import type { DataScope } from '../data/data-scope.ts';
import type { RunPhase } from '../train/run-phases.ts';
import type { ChatEncoder } from './chat-encoder.ts';
import type { Example } from './example.ts';
import { packFirstFit } from './pack.ts';
import { prepareRows, type RowsWork } from './prepare-rows.ts';
import type { PreparedTuning } from './prepared-tuning.ts';
import { createSftData } from './sft-data.ts';
import { sftExamples } from './sft-examples.ts';

/** The data of a phase of supervised fine-tuning, packed where the recipe says so. Throws DataError (see `prepareRows`, `sftExamples`). */
export function prepareSft(
  plan: Plan,
  phase: RunPhase,
  encoder: ChatEncoder,
  scope: DataScope,
): Promise<PreparedTuning> {
  return prepareRows(plan, phase, encoder, scope, sftWork);
}

const sftWork: RowsWork<Example> = {
  async make(dataset, rows, encoder, settings, signal) {
    const { examples, counts } = await sftExamples(dataset, rows, encoder, settings, signal);
    return { items: examples, counts };
  },
  sequencesOf: (example) => [{ name: 'row', example }],
  dataOf(plan, phase, sets, heldOut) {
    const tuning = phase.phase.tuning!;
    const datasets = sets.map(({ id, name, items }) => ({ id, name, examples: items, units: unitsOf(items, tuning) }));
    return createSftData(
      plan,
      phase,
      datasets,
      heldOut.map(({ dataset, items }) => ({ dataset, examples: items })),
    );
  },
};

/** The sequences of a dataset, by the numbers of their examples. */
function unitsOf(
  examples: readonly Example[],
  { packing, sequence }: { readonly packing: boolean | null; readonly sequence: number },
): readonly (readonly number[])[] {
  if (packing !== true) return examples.map((_, index) => [index]);
  return packFirstFit(
    examples.map(({ tokens }) => tokens.length),
    sequence,
  );
}
