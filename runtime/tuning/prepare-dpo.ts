import { createHash } from 'node:crypto';
import type { Plan } from '../../compiler/plan/index.ts';
import type { DataScope } from '../data/data-scope.ts';
import { datasetContents } from '../data/rows/dataset-contents.ts';
import type { RunPhase } from '../train/run-phases.ts';
import type { ChatEncoder } from './chat-encoder.ts';
import { createDpoData, type PairSet } from './dpo-data.ts';
import { dpoPairs } from './dpo-pairs.ts';
import type { Pair } from './pair.ts';
import type { PreparedRow, PreparedTuning, RowsRecord } from './prepared-tuning.ts';
import { promptsOf } from './sample-prompts.ts';

/** Reads, writes out and tokenizes the pairs of a phase of preference learning. Throws DataError (see `datasetContents`, `dpoPairs`). */
export async function prepareDpo(
  plan: Plan,
  phase: RunPhase,
  encoder: ChatEncoder,
  scope: DataScope,
): Promise<PreparedTuning> {
  const tuning = phase.phase.tuning!;
  const sets: PairSet[] = [];
  const records: RowsRecord[] = [];
  const heldOut: { dataset: string; pairs: readonly Pair[] }[] = [];
  const prompts: { dataset: string; prompt: string }[] = [];
  for (const { dataset_id: id } of phase.phase.segments[0]!.shares) {
    const dataset = plan.datasets.find((each) => each.id === id)!;
    const { name } = dataset;
    const contents = await datasetContents(dataset, scope);
    const { pairs, counts } = await dpoPairs(name, contents.training, encoder, tuning, scope.signal);
    sets.push({ id, name, pairs });
    const { malformed, steps } = contents;
    const derived = steps.length === 0 ? {} : { steps };
    const content_hash = hashOf(pairs);
    records.push({ phase: phase.phase.name, dataset: name, id, counts, content_hash, malformed, ...derived });
    for (const part of contents.heldOut) {
      if (part.rows.length === 0) continue;
      // What is held out is measured as far as it can be: a pair that is too long is no reason to stop.
      const settings = { ...tuning, too_long: 'drop' } as const;
      heldOut.push({
        dataset: part.dataset,
        pairs: (await dpoPairs(part.dataset, part.rows, encoder, settings, scope.signal)).pairs,
      });
    }
    prompts.push(...promptsOf(name, contents, encoder));
  }
  const rows = sets.flatMap(({ name, pairs }) => pairs.map((pair) => ({ dataset: name, ...pair })));
  const preview = (count: number) =>
    rows.slice(0, count).map(({ dataset, chosen, rejected }): PreparedRow => {
      const sequences = [
        { name: 'chosen', example: chosen },
        { name: 'rejected', example: rejected },
      ] as const;
      return { dataset, place: `${chosen.file}:${chosen.line}`, sequences };
    });
  return { ...createDpoData(plan, phase, sets, heldOut), records, prompts, preview };
}

function hashOf(pairs: readonly Pair[]): string {
  const hash = createHash('sha256');
  for (const { tokens, trained } of pairs.flatMap(({ chosen, rejected }) => [chosen, rejected])) {
    hash.update(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength)).update(trained);
  }
  return hash.digest('hex');
}
