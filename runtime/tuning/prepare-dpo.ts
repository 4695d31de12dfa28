import type { Plan } from '../../compiler/plan/index.ts';
import type { DataScope } from '../data/data-scope.ts';
import type { RunPhase } from '../train/run-phases.ts';
import type { ChatEncoder } from './chat-encoder.ts';
import { createDpoData } from './dpo-data.ts';
import { dpoPairs } from './dpo-pairs.ts';
import type { Pair } from './pair.ts';
import { prepareRows, type RowsWork } from './prepare-rows.ts';
import type { PreparedTuning } from './prepared-tuning.ts';

/** The data of a phase of preference learning. Throws DataError (see `prepareRows`, `dpoPairs`). */
export function prepareDpo(
  plan: Plan,
  phase: RunPhase,
  encoder: ChatEncoder,
  scope: DataScope,
): Promise<PreparedTuning> {
  return prepareRows(plan, phase, encoder, scope, dpoWork);
}

const dpoWork: RowsWork<Pair> = {
  async make(dataset, rows, encoder, settings, signal) {
    const { pairs, counts } = await dpoPairs(dataset, rows, encoder, settings, signal);
    return { items: pairs, counts };
  },
  sequencesOf: ({ chosen, rejected }) => [
    { name: 'chosen', example: chosen },
    { name: 'rejected', example: rejected },
  ],
  dataOf: (plan, phase, sets, heldOut) =>
    createDpoData(
      plan,
      phase,
      sets.map(({ id, name, items }) => ({ id, name, pairs: items })),
      heldOut.map(({ dataset, items }) => ({ dataset, pairs: items })),
    ),
};
