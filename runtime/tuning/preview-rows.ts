import type { Plan } from '../../compiler/plan/index.ts';
import { requireReadable } from '../data/rows/dataset-contents.ts';
import { loadTokenizer } from '../data/tokenizer/load-tokenizer.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import { hubAccess } from '../hub/hub-access.ts';
import { taskDataOf } from '../train/hub-task-data.ts';
import { RunError } from '../train/run-error.ts';
import { type RunPhase, runPhases } from '../train/run-phases.ts';
import { openRunSources } from '../train/run-sources.ts';
import type { Example } from './example.ts';
import { prepareTunings } from './prepare-tunings.ts';
import type { RowsRecord } from './prepared-tuning.ts';

/** A stretch of a sequence that is trained on as a whole, or not at all. */
export interface PreviewRun {
  readonly trained: boolean;
  /** 0-based place of its first token. */
  readonly from: number;
  readonly tokens: readonly number[];
  readonly text: string;
}

export interface PreviewRow {
  readonly dataset: string;
  readonly place: string;
  readonly sequences: readonly {
    readonly name: 'row' | 'chosen' | 'rejected';
    readonly tokens: number;
    readonly trained: number;
    readonly runs: readonly PreviewRun[];
  }[];
}

export interface RowsPreview {
  readonly phase: string;
  readonly kind: string;
  readonly records: readonly RowsRecord[];
  readonly notes: readonly string[];
  readonly rows: readonly PreviewRow[];
}

export interface PreviewOptions {
  readonly plan: Plan;
  readonly recipeFolder: string;
  readonly cacheFolder: string;
  /** The name of a phase of post-training; null for the first. */
  readonly phase: string | null;
  readonly rows: number;
  readonly signal: AbortSignal;
}

/**
 * What a phase of post-training reads: what became of all its rows, and the first ones token by token, without an engine.
 * Throws `RunError` for a phase that reads no rows, DataError for rows that a run would refuse.
 */
export async function previewRows(options: PreviewOptions): Promise<RowsPreview> {
  const { plan, recipeFolder, cacheFolder, signal } = options;
  const phase = tuningPhase(plan, options.phase);
  const { name, kind, segments } = phase.phase;
  for (const { dataset_id: id } of segments[0]!.shares) {
    requireReadable(plan.datasets.find((dataset) => dataset.id === id)!, plan, recipeFolder);
  }
  // The weights that it starts from are not needed to see its rows, nor what it is measured on.
  const unstarted: RunPhase = { ...phase, phase: { ...phase.phase, from: { kind: 'fresh' } } };
  const taskData = taskDataOf({ ...plan, evaluations: [] }, [unstarted], recipeFolder);
  const access = { recipeFolder, cacheFolder, recorded: [], hub: hubAccess(), taskData };
  const sources = await openRunSources(plan, [unstarted], access);
  const { source, folder } = sources.tokenizer;
  const tokenizer = loadTokenizer(source, folder);
  const scope = { plan, baseDirectory: recipeFolder, hubFiles: sources.datasets, taskData: sources.taskData, signal };
  const prepared = await prepareTunings({ ...plan, tokenizer: source }, [phase], tokenizer, scope, folder);
  const { records, notes, preview } = prepared.get(phase.index)!;
  const rows = preview(options.rows).map(async (row): Promise<PreviewRow> => {
    const sequences = row.sequences.map(async (each) => ({
      name: each.name,
      tokens: each.example.tokens.length,
      trained: each.example.trained.reduce((sum, value) => sum + value, 0),
      runs: await runsOf(each.example, tokenizer),
    }));
    return { dataset: row.dataset, place: row.place, sequences: await Promise.all(sequences) };
  });
  return { phase: name, kind, records, notes, rows: await Promise.all(rows) };
}

function tuningPhase(plan: Plan, name: string | null): RunPhase {
  const phases = runPhases(plan);
  const tunings = phases.filter(({ phase }) => phase.tuning !== null);
  const found = name === null ? tunings[0] : tunings.find(({ phase }) => phase.name === name);
  if (found) return found;
  const known = tunings.map(({ phase }) => `\`${phase.name}\``).join(', ');
  const isOther = phases.some(({ phase }) => phase.name === name);
  const what = name === null ? `\`${plan.recipe}\` has no phase of post-training` : `\`${name}\` is none of its phases`;
  throw new RunError(isOther ? `phase \`${name}\` reads windows of tokens, not rows` : what, {
    help: isOther
      ? '`smol inspect --step N` shows what a step of it reads'
      : known === ''
        ? 'add an `sft` or `dpo` block'
        : `it has ${known}`,
  });
}

async function runsOf({ tokens, trained }: Example, tokenizer: TextTokenizer): Promise<readonly PreviewRun[]> {
  const runs: PreviewRun[] = [];
  for (let from = 0; from < tokens.length; ) {
    let to = from + 1;
    while (to < tokens.length && trained[to] === trained[from]) to++;
    const part = [...tokens.subarray(from, to)];
    runs.push({ trained: trained[from] === 1, from, tokens: part, text: await tokenizer.decode(part) });
    from = to;
  }
  return runs;
}
