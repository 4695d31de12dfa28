import { fileURLToPath } from 'node:url';
import type { Plan, PlanDataset, PlanPhase, PlanSource } from '../../compiler/plan/index.ts';

/** The checked-in examples, whose tokenizer the data tests use. */
export const examplesFolder = fileURLToPath(new URL('../../examples', import.meta.url));

/** A dataset of a plan; `name` decides its id. */
export function planDataset(name: string, paths: readonly string[], changes: Partial<PlanDataset> = {}): PlanDataset {
  return {
    name,
    id: Buffer.from(name).toString('hex').padEnd(64, '0'),
    domain: null,
    source: { kind: 'local', paths },
    steps: [],
    size_tokens: null,
    size_rows: null,
    text_column: 'text',
    format: { kind: 'text', column: 'text' },
    order: 'shuffled',
    holdout_rows: 0,
    max_malformed: '0',
    planned_tokens: 0,
    epochs: null,
    epoch_limit: 5,
    epoch_limit_at_tokens: null,
    first_exhausted_at_tokens: null,
    ...changes,
  };
}

/** What preparation and batches look at of a plan: datasets in equal shares, segments by sequence length of `steps` each. */
export function dataPlan(
  datasets: readonly PlanDataset[],
  options: {
    tokenizer?: PlanSource;
    vocab?: number;
    sequences?: readonly number[];
    steps?: number;
    attention?: 'full' | 'document';
  } = {},
): Plan {
  const steps = options.steps ?? 10;
  const share = `1/${datasets.length}`;
  const segments = (options.sequences ?? [8]).map((sequence, index) => ({
    first_step: index * steps + 1,
    last_step: (index + 1) * steps,
    sequence,
    batch_sequences: 4,
    rope_theta: 10_000,
    attention: options.attention ?? ('full' as const),
    shares: datasets
      .map((dataset) => ({ dataset_id: dataset.id, share: datasets.length === 1 ? '1' : share }))
      .sort((a, b) => (a.dataset_id < b.dataset_id ? -1 : 1)),
  }));
  const phase = { kind: 'pretrain', name: 'pretrain', segments } as unknown as PlanPhase;
  const tokenizer = options.tokenizer ?? { kind: 'local', paths: ['tokenizer.json'] };
  const model = { vocab: options.vocab ?? 4096 };
  return { seed: 42, tokenizer, model, datasets, phases: [phase] } as unknown as Plan;
}
