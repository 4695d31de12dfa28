import type { DataRecord } from '../run-folder/data-record.ts';
import { RunError } from '../train/run-error.ts';
import type { RunLock } from '../train/run-options.ts';
import type { HubCommit } from '../train/run-sources.ts';
import type { TemplateHashes } from './template-hashes.ts';

/** What a lock holds of the data of one plan. */
export interface LockedData {
  /** SHA-256 (hex) of the tokenizer's file. */
  readonly tokenizer: string;
  /** Absent in a lock that was written before templates were locked: they are not held to it then. */
  readonly chat?: TemplateHashes;
  /** Commits of the hub's repositories that were read: a run reads these, whatever their branches have become. */
  readonly commits: readonly HubCommit[];
  readonly datasets: readonly {
    readonly name: string;
    readonly id: string;
    /** Training tokens; null for rows of post-training. */
    readonly tokens: number | null;
    /** Rows, the held-out ones among them. */
    readonly rows: number;
    /** SHA-256 (hex) of what is trained on. */
    readonly content: string;
  }[];
}

/** What is locked of prepared data: each dataset once, in the order of ids. */
export function lockedDataOf(
  { tokenizer, datasets, rows = [] }: DataRecord,
  chat: TemplateHashes,
  commits: readonly HubCommit[],
): LockedData {
  const pretraining = datasets.map(
    ({ name, id, training_tokens, training_documents, held_out_documents, content_hash }) => ({
      name,
      id,
      tokens: training_tokens,
      rows: training_documents + held_out_documents,
      content: content_hash,
    }),
  );
  const tuning = rows.map(({ dataset, id, counts, content_hash }) => ({
    name: dataset,
    id,
    tokens: null,
    rows: counts.rows,
    content: content_hash,
  }));
  const byId = new Map([...tuning, ...pretraining].map((dataset) => [dataset.id, dataset]));
  return { tokenizer, chat, commits, datasets: [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** Throws `RunError` naming the first thing that is not what it was when the lock was written. */
export function refuseUnlocked(
  { name: lock, locked, isPartial = false }: RunLock,
  { record, chat }: { readonly record: DataRecord; readonly chat: TemplateHashes },
): void {
  const current = lockedDataOf(record, chat, locked.commits);
  if (current.tokenizer !== locked.tokenizer) {
    throw changed('the tokenizer', 'its file has another content', lock);
  }
  refuseOtherTemplates(locked.chat, chat, lock);
  for (const dataset of current.datasets) {
    const before = locked.datasets.find(({ id }) => id === dataset.id);
    if (before === undefined && isPartial) continue;
    if (before === undefined) throw changed(`dataset \`${dataset.name}\``, 'it is not in it', lock);
    if (before.content === dataset.content) continue;
    throw changed(`dataset \`${dataset.name}\``, difference(before, dataset), lock);
  }
}

/** The files beside the tokenizer decide how rows of chat become tokens, and what ends a text. */
function refuseOtherTemplates(locked: TemplateHashes | undefined, current: TemplateHashes, lock: string): void {
  if (locked === undefined) return;
  const names = { template: 'chat_template.jinja', configuration: 'tokenizer_config.json' } as const;
  for (const part of ['template', 'configuration'] as const) {
    if (locked[part] === current[part]) continue;
    const how = current[part] === null ? 'is gone' : locked[part] === null ? 'is new' : 'has another content';
    throw changed(`the \`${names[part]}\` beside the tokenizer`, `it ${how}`, lock);
  }
}

function difference(before: LockedData['datasets'][number], now: LockedData['datasets'][number]): string {
  const count = (value: number) => value.toLocaleString('en-US');
  if (before.tokens !== now.tokens && before.tokens !== null && now.tokens !== null) {
    return `it has ${count(now.tokens)} tokens, and had ${count(before.tokens)}`;
  }
  if (before.rows !== now.rows) return `it has ${count(now.rows)} rows, and had ${count(before.rows)}`;
  return 'its content is another one';
}

function changed(what: string, how: string, lock: string): RunError {
  return new RunError(`${what} no longer matches \`${lock}\`: ${how}`, {
    help: 'bring the old data back; or, if the change is meant, run `smol lock` again and review the difference',
  });
}
