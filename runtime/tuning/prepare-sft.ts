import { createHash } from 'node:crypto';
import type { Plan } from '../../compiler/plan/index.ts';
import type { DataScope } from '../data/data-scope.ts';
import { type DatasetContents, datasetContents } from '../data/rows/dataset-contents.ts';
import type { RunPhase } from '../train/run-phases.ts';
import type { ChatEncoder } from './chat-encoder.ts';
import type { Example } from './example.ts';
import { packFirstFit } from './pack.ts';
import type { PreparedRow, PreparedTuning, RowsRecord } from './prepared-tuning.ts';
import { promptsOf } from './sample-prompts.ts';
import { createSftData, type SftDataset } from './sft-data.ts';
import { type SftExamples, sftExamples } from './sft-examples.ts';

/**
 * Reads, writes out, tokenizes and packs the rows of a phase of supervised fine-tuning. Throws DataError (see `datasetContents`
 * and `sftExamples`).
 */
export async function prepareSft(
  plan: Plan,
  phase: RunPhase,
  encoder: ChatEncoder,
  scope: DataScope,
): Promise<PreparedTuning> {
  const tuning = phase.phase.tuning!;
  const datasets: SftDataset[] = [];
  const records: RowsRecord[] = [];
  const heldOut: { dataset: string; examples: readonly Example[] }[] = [];
  const prompts: { dataset: string; prompt: string }[] = [];
  for (const { dataset_id: id } of phase.phase.segments[0]!.shares) {
    const dataset = plan.datasets.find((each) => each.id === id)!;
    const contents = await datasetContents(dataset, scope);
    const made = await sftExamples(dataset.name, contents.training, encoder, tuning, scope.signal);
    datasets.push({ id, name: dataset.name, examples: made.examples, units: unitsOf(made, tuning) });
    records.push(recordOf(phase, dataset, made, contents));
    for (const part of contents.heldOut) {
      if (part.rows.length === 0) continue;
      // What is held out is measured as far as it can be; how much of it is left out is no reason to stop.
      const settings = { ...tuning, too_long: 'drop', max_untrained: '1' } as const;
      const { examples } = await sftExamples(part.dataset, part.rows, encoder, settings, scope.signal);
      heldOut.push({ dataset: part.dataset, examples });
    }
    prompts.push(...promptsOf(dataset.name, contents, encoder));
  }
  const { data, notes } = createSftData(plan, phase, datasets, heldOut);
  const rows = datasets.flatMap(({ name, examples }) => examples.map((example) => ({ dataset: name, example })));
  const preview = (count: number) =>
    rows.slice(0, count).map(({ dataset, example }): PreparedRow => {
      const sequences = [{ name: 'row', example }] as const;
      return { dataset, place: `${example.file}:${example.line}`, sequences };
    });
  return { data, notes, records, prompts, preview };
}

/** The sequences of a dataset, by the numbers of their examples. */
function unitsOf(
  { examples }: SftExamples,
  { packing, sequence }: { readonly packing: boolean | null; readonly sequence: number },
): readonly (readonly number[])[] {
  if (packing !== true) return examples.map((_, index) => [index]);
  return packFirstFit(
    examples.map(({ tokens }) => tokens.length),
    sequence,
  );
}

function recordOf(
  { phase }: RunPhase,
  { name, id }: { readonly name: string; readonly id: string },
  { examples, counts }: SftExamples,
  { malformed, steps }: DatasetContents,
): RowsRecord {
  const hash = createHash('sha256');
  for (const { tokens, trained } of examples) {
    hash.update(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength)).update(trained);
  }
  const derived = steps.length === 0 ? {} : { steps };
  return { phase: phase.name, dataset: name, id, counts, content_hash: hash.digest('hex'), malformed, ...derived };
}
