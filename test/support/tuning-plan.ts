import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan, PlanDataset, PlanPhase, PlanTuning } from '../../compiler/plan/index.ts';
import { textFolder, textPlan } from './text-folder.ts';
import { hashed } from './training-fakes.ts';

/** A text folder with 30 conversations (`chats.jsonl`) and 20 pairs of answers (`pairs.jsonl`). */
export function tuningFolder(): string {
  const folder = textFolder();
  const write = (name: string, count: number, row: (i: number) => object) =>
    writeFileSync(join(folder, name), Array.from({ length: count }, (_, i) => `${JSON.stringify(row(i))}\n`).join(''));
  write('chats.jsonl', 30, (i) => ({
    messages: [
      { role: 'user', content: `What is ${i}?` },
      { role: 'assistant', content: `It is number ${i}.` },
    ],
  }));
  write('pairs.jsonl', 20, (i) => ({ prompt: `Say ${i}`, chosen: `I say ${i}.`, rejected: `No ${i}!` }));
  return folder;
}

const tuning: PlanTuning = {
  data: [],
  sequence: 48,
  batch_sequences: 4,
  chat: { kind: 'chatml', system: null },
  too_long: 'drop',
  loss_on: 'assistant',
  packing: false,
  attention: 'full',
  max_untrained: '0.01',
  beta: null,
  max_prompt: null,
  loss: null,
  length_normalised: null,
  reference: null,
};

/** `textPlan`'s pretraining (60 steps), then `sft` (14 steps: 28 rows, 2 epochs, batch 4) and `dpo` (9 steps: 18 pairs, 2 epochs). */
export function tuningPlan(
  changes: { readonly sft?: Partial<PlanTuning>; readonly dpo?: Partial<PlanTuning> } = {},
): Plan {
  const plan = textPlan();
  const [pretrain] = plan.phases;
  const [id, otherId] = ['44', '55'].map((digits) => digits.repeat(32)) as [string, string];
  const dataset = (name: string, own: Partial<PlanDataset>): PlanDataset => ({
    ...plan.datasets[0]!,
    name,
    source: { kind: 'local', paths: [`${name}.jsonl`] },
    holdout_rows: 2,
    ...own,
  });
  const phase = (kind: 'sft' | 'dpo', steps: number, from: string, rows: number, own: PlanTuning): PlanPhase => ({
    ...pretrain!,
    kind,
    name: kind,
    steps,
    asked_tokens: null,
    tokens: null,
    tokens_per_step: null,
    rows,
    epochs: '2',
    from: { kind: 'phase', phase: from, step: null },
    checkpoint: { every_steps: 5, keep: 1 },
    stages: [],
    segments: [],
    tuning: own,
  });
  const share = (name: string, dataset_id: string) => [{ dataset: name, dataset_id, share: '1' }];
  const sft = { ...tuning, data: share('chats', id), ...changes.sft };
  const dpo: PlanTuning = {
    ...tuning,
    loss_on: null,
    packing: null,
    attention: null,
    max_untrained: null,
    data: share('pairs', otherId),
    beta: 0.5,
    loss: 'sigmoid',
    length_normalised: false,
    reference: 'precomputed',
    ...changes.dpo,
  };
  const format = { kind: 'preference', prompt: 'prompt', chosen: 'chosen', rejected: 'rejected' } as const;
  return hashed({
    ...plan,
    model: { ...plan.model, context: 64 },
    datasets: [
      ...plan.datasets,
      dataset('chats', { id, format: { kind: 'messages', column: 'messages' } }),
      dataset('pairs', { id: otherId, format }),
    ],
    phases: [pretrain!, phase('sft', 14, 'pretrain', 28, sft), phase('dpo', 9, 'sft', 18, dpo)],
    totals: { ...plan.totals, steps: 83 },
  });
}

/** The same, measured at the end of `sft` by `tasks.json` of the folder (`writeTask`). */
export function measuredTuningPlan(): Plan {
  const task = { kind: 'perplexity', task: 'tasks.json', name: 'whales', shots: 0, formulation: null } as const;
  const point = { at: 'sft.end', phase: 'sft', step: 14, tokens: null };
  return { ...tuningPlan(), evaluations: [{ name: 'after', points: [point], tasks: [task], expectations: [] }] };
}

/** Writes the task that `measuredTuningPlan` measures. */
export function writeTask(folder: string): void {
  writeFileSync(join(folder, 'tasks.json'), '{"kind": "perplexity", "data": {"local": "rows.jsonl"}}');
  writeFileSync(join(folder, 'rows.jsonl'), '{"text": "A whale rose."}\n{"text": "The sea was grey."}\n');
}
