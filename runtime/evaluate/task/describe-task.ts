import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { isTaskFile, type ShippedTask, taskName } from '../../../compiler/plan/index.ts';
import { DataError } from '../../data/data-error.ts';
import { namedTasks } from './named-tasks.ts';
import type { TaskData, TaskDefinition } from './task-definition.ts';
import { validateTask } from './validate-task.ts';

/** A task as its file or its name says it, before its rows are read. */
export interface DescribedTask {
  readonly name: string;
  readonly definition: TaskDefinition;
  /** For messages: "task `arithmetic`". */
  readonly owner: string;
  /** The folder that paths of local data are relative to. */
  readonly base: string;
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
 * The task of a file (relative to `folder`) or of a name. Data stands in the task file's folder and may not leave it. Throws
 * DataError: no such task, a file that is none.
 */
export function describeTask(word: string, folder: string, changes: TaskChanges = {}): DescribedTask {
  const isFile = isTaskFile(word);
  const path = resolve(folder, word);
  const document = isFile ? readTaskFile(path, word) : namedTask(word);
  const name = changes.name ?? document.name ?? taskName(word);
  const owner = `task \`${name}\``;
  const definition = changed(document, changes, owner);
  const place = changes.data === undefined ? (isFile ? path : null) : resolve(folder, changes.data);
  return { name, definition, owner, base: place === null ? folder : dirname(place) };
}

/** Where a task's rows are, and its examples where these come from elsewhere. */
export function taskData({ definition }: DescribedTask): readonly TaskData[] {
  const { data, examples } = definition as { readonly data?: TaskData; readonly examples?: TaskData };
  return [data, examples].filter((each) => each !== undefined);
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
  if (Object.hasOwn(namedTasks, name)) return namedTasks[name as ShippedTask];
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
