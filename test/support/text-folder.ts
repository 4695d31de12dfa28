import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan, PlanPhase } from '../../compiler/plan/index.ts';
import { handPlan, hashed } from './training-fakes.ts';

const repository = join(import.meta.dirname, '../..');

/** A folder with a tokenizer and three small datasets (`speeches.jsonl`, `novel.jsonl`, `code.jsonl`), each row a document. */
export function textFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'smol-text-'));
  copyFileSync(join(repository, 'examples/data/tokenizer.json'), join(folder, 'tokenizer.json'));
  writeRows(
    folder,
    'speeches',
    12,
    (row) => `Fellow citizens, year ${row} was a good year for the union and its people.`,
  );
  writeRows(folder, 'novel', 14, (row) => `The whale number ${row} rose from the grey sea, and the captain saw it.`);
  writeRows(folder, 'code', 16, (row) => `def function_${row}(value):\n    return value + ${row}\n`);
  return folder;
}

/** Writes a `.jsonl` of `rows` documents. */
export function writeRows(folder: string, name: string, rows: number, text: (row: number) => string): void {
  const lines = Array.from({ length: rows }, (_, row) => `${JSON.stringify({ text: text(row) })}\n`);
  writeFileSync(join(folder, `${name}.jsonl`), lines.join(''));
}

/** `handPlan` over the files of a text folder. */
export function textPlan(changes: Partial<PlanPhase> = {}): Plan {
  const plan = handPlan(changes);
  return hashed({
    ...plan,
    model: { ...plan.model, vocab: 4096, parameters: 4096 * 8 + 600 },
    datasets: plan.datasets.map((dataset) => ({
      ...dataset,
      source: { kind: 'local', paths: [`${dataset.name}.jsonl`] },
    })),
  });
}
