import * as rows from '../diagnostics/catalogue/evaluate.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { sourceParents } from '../normalize/source-parents.ts';
import type { ResolvedDataset, ResolvedTask } from '../normalize/types.ts';
import type { RecipeReading } from './index.ts';

/**
 * No evaluation set is among the training sets, as far as names tell: of a dataset, of its repository, of a task. Rows that
 * were decontaminated against the task are no such set.
 */
export function evaluationsAreUnseen(reading: RecipeReading, collector: DiagnosticCollector): void {
  const tasks = new Map<string, { readonly task: ResolvedTask; readonly where: string }>();
  for (const evaluation of reading.evaluations) {
    const where = evaluation?.name === 'evaluate' ? '`evaluate`' : `evaluate \`${evaluation?.name}\``;
    for (const task of evaluation?.tasks ?? []) {
      if (!tasks.has(plain(task.task))) tasks.set(plain(task.task), { task, where });
    }
  }
  if (tasks.size === 0) return;
  const byName = new Map(reading.datasets.map((dataset) => [dataset.name, dataset]));
  for (const name of trainedOn(reading, byName)) {
    const dataset = byName.get(name);
    const measured = dataset && namesOf(dataset).flatMap((each) => tasks.get(plain(each)) ?? [])[0];
    if (!dataset || !measured || isDecontaminated(dataset, measured.task.task)) continue;
    const related = [{ span: measured.task.span, label: 'measured here' }];
    const data = { dataset: name, task: measured.task.task, where: measured.where };
    collector.add(diagnose(rows.trainedOnTask, dataset.nameSpan, data, { related }));
  }
}

/** Names of all that a phase reads, and of what that is made of. */
function trainedOn(
  { stageShares, tuning }: RecipeReading,
  byName: ReadonlyMap<string, ResolvedDataset>,
): ReadonlySet<string> {
  const read = new Set(stageShares.flat().flatMap((shares) => (shares ?? []).map(({ dataset }) => dataset)));
  for (const { data } of tuning) {
    if (data?.kind === 'dataset') read.add(data.dataset);
    else for (const { dataset } of data?.shares ?? []) read.add(dataset);
  }
  // A set grows while it is walked: roots of roots are reached, and rings end.
  for (const name of read) {
    const source = byName.get(name)?.source.value;
    for (const parent of source && source.kind !== 'generate' ? sourceParents(source) : []) read.add(parent);
  }
  return read;
}

/** A dataset's own name, and that of its repository without the owner. */
function namesOf({ name, source }: ResolvedDataset): readonly string[] {
  return source.value.kind === 'hf' ? [name, source.value.repository.split('/').at(-1)!] : [name];
}

function isDecontaminated({ steps }: ResolvedDataset, task: string): boolean {
  return steps.some(
    (step) => step.kind === 'decontaminate' && step.against.some((set) => set.kind === 'task' && set.task === task),
  );
}

/** `GSM-8K`, `gsm8k` and `gsm_8k` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
