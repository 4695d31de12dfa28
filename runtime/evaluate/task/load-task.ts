import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { isTaskFile, taskName } from '../../../compiler/plan/index.ts';
import { DataError } from '../../data/data-error.ts';
import { namedTasks } from './named-tasks.ts';
import type { TaskDefinition } from './task-definition.ts';
import { readTaskRows, type TaskRow } from './task-rows.ts';
import { validateTask } from './validate-task.ts';

/** A task with its rows, ready to be measured. */
export interface LoadedTask {
  readonly name: string;
  readonly definition: TaskDefinition;
  /** For messages: "task `arithmetic`". */
  readonly owner: string;
  readonly rows: readonly TaskRow[];
  /** Rows that shots are taken from; null: the other rows of the task. */
  readonly examples: readonly TaskRow[] | null;
  /** SHA-256 (hex) of the rows' files; null for a task that makes its own. */
  readonly dataHash: string | null;
}

/** What a recipe or a command line says over what the file says. */
export interface TaskChanges {
  readonly name?: string;
  readonly kind?: TaskDefinition['kind'];
  readonly shots?: number;
  readonly formulation?: 'mcf' | 'cf';
  readonly chat?: boolean;
  /** A file that holds the rows, relative to `folder`. */
  readonly data?: string;
}

const maximumFileBytes = 1024 * 1024;

/**
 * The task of a file (relative to `folder`) or of a name, with its rows. Data stands in the task file's folder and may not
 * leave it. Throws DataError: no such task, a file that is none, rows that cannot be read.
 */
export function loadTask(word: string, folder: string, changes: TaskChanges = {}): LoadedTask {
  const isFile = isTaskFile(word);
  const path = resolve(folder, word);
  const document = isFile ? readTaskFile(path, word) : namedTask(word);
  const name = changes.name ?? document.name ?? taskName(word);
  const owner = `task \`${name}\``;
  const definition = changed(document, changes, owner);
  const place = changes.data === undefined ? (isFile ? path : null) : resolve(folder, changes.data);
  const base = place === null ? folder : dirname(place);
  if (definition.kind === 'needle') {
    return { name, definition, owner, rows: [], examples: null, dataHash: null };
  }
  const { rows, hash } = readTaskRows(definition.data, base, owner);
  const from = 'examples' in definition ? definition.examples : undefined;
  const examples = from === undefined ? null : readTaskRows(from, base, `${owner}, its examples`);
  const dataHash = examples === null ? hash : sha256(`${hash} ${examples.hash}`);
  return { name, definition, owner, rows, examples: examples?.rows ?? null, dataHash };
}

/** A file may say `extends`: the name of a shipped task that it changes. */
function readTaskFile(path: string, word: string): TaskDefinition {
  const owner = `\`${word}\``;
  if (!existsSync(path)) throw new DataError(`there is no task file ${owner}`, 'check the path');
  const stat = statSync(path);
  if (!stat.isFile() || stat.size > maximumFileBytes) {
    throw new DataError(`${owner} is not a task file of at most ${maximumFileBytes} bytes`, 'name a JSON or YAML file');
  }
  let document: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    document = /\.json$/i.test(word) ? JSON.parse(text) : parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new DataError(`${owner} cannot be read: ${reason}`, 'a task file is JSON or YAML, in UTF-8');
  }
  if (typeof document !== 'object' || document === null || !('extends' in document)) {
    return validateTask(document, owner);
  }
  const { extends: parent, ...own } = document;
  const { name: _, ...inherited } = namedTask(String(parent));
  return validateTask({ ...inherited, ...own }, owner);
}

function namedTask(name: string): TaskDefinition {
  const found = Object.hasOwn(namedTasks, name) ? namedTasks[name] : undefined;
  if (found) return found;
  throw new DataError(
    `there is no task \`${name}\``,
    `shipped are ${Object.keys(namedTasks).join(', ')}; a task file ends in .json, .yaml or .yml`,
  );
}

function changed(document: TaskDefinition, changes: TaskChanges, owner: string): TaskDefinition {
  const { kind, shots, formulation, data, chat } = changes;
  const own: Record<string, unknown> = { ...document };
  const isChoice = (of: string | undefined) => of === 'cloze' || of === 'choice';
  if (kind !== undefined && kind !== document.kind) {
    if (!isChoice(kind) || !isChoice(document.kind)) {
      throw new DataError(
        `${owner} is of kind \`${document.kind}\`, and is asked for as \`${kind}\``,
        `write \`${document.kind}(…)\``,
      );
    }
    own.kind = kind;
  }
  if (formulation !== undefined && isChoice(document.kind)) own.formulation = formulation;
  if (own.kind === 'cloze') delete own.formulation;
  if (shots !== undefined && 'question' in document) own.shots = shots;
  if (chat !== undefined && 'question' in document) own.chat = chat;
  if (data !== undefined) own.data = { local: basename(data) };
  return validateTask(own, owner);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
