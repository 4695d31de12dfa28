import { createHash } from 'node:crypto';
import { normalizerOf, showsOptions } from '../measure/prepare-choice.ts';
import type { Measurement, TaskOptions } from '../measure/prepared-task.ts';
import type { TaskCommit } from '../task/fetch-task-data.ts';
import type { LoadedTask } from '../task/load-task.ts';
import type { TaskDefinition } from '../task/task-definition.ts';

/** Everything that a result depends on besides the model: two results compare only where these are equal. */
export type TaskSettings = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;

/** A measured task. No time and no place in it: the same model and task give equal bytes on one machine. */
export interface TaskResult extends Measurement {
  readonly task: string;
  readonly settings: TaskSettings;
  /** Of data on the hub; absent where all is local. Rows are compared by their hash: equal rows compare at any commit. */
  readonly commits?: readonly TaskCommit[];
}

/** What of the model belongs to some settings: the hash of its tokenizer, and its chat template. */
export interface SubjectIdentity {
  readonly tokenizer: string;
  readonly template: string | null;
}

export function taskResult(
  task: LoadedTask,
  options: TaskOptions,
  subject: SubjectIdentity,
  measured: Measurement,
): TaskResult {
  const commits = task.commits.length === 0 ? {} : { commits: task.commits };
  return { task: task.name, settings: settingsOf(task, options, subject), ...commits, ...measured };
}

/** The tokenizer belongs to what is measured where results count tokens: perplexities by token, answers by token, lengths. */
function settingsOf(
  { definition, dataHash }: LoadedTask,
  { seed, limit }: TaskOptions,
  { tokenizer, template }: SubjectIdentity,
): TaskSettings {
  const { name: _, documentation: __, license: ___, ...settings } = definition as TaskDefinition & { data?: unknown };
  const { data: ____, examples: _____, ...own } = settings as typeof settings & { examples?: unknown };
  const filled: Record<string, unknown> = { ...defaultsOf(definition), ...own };
  const countsTokens =
    definition.kind === 'perplexity' || definition.kind === 'needle' || filled.normalizer === 'tokens';
  return {
    ...(filled as TaskSettings),
    data: dataHash,
    limit,
    // Only what draws depends on a seed.
    seed: definition.kind === 'needle' || Number(filled.shots ?? 0) > 0 ? seed : null,
    tokenizer: countsTokens ? tokenizer : null,
    template:
      filled.chat === true
        ? createHash('sha256')
            .update(template ?? '')
            .digest('hex')
        : null,
  };
}

function defaultsOf(task: TaskDefinition): TaskSettings {
  if (task.kind === 'cloze' || task.kind === 'choice') {
    const formulation = showsOptions(task) ? 'mcf' : 'cf';
    return {
      chat: false,
      shots: 0,
      separator: ' ',
      shot_separator: '\n\n',
      formulation,
      normalizer: normalizerOf(task),
    };
  }
  if (task.kind === 'generate') {
    const written = { metric: 'exact_match', extract: 'text', loose: false, stop: [], max_tokens: 256 };
    return { chat: false, shots: 0, separator: ' ', shot_separator: '\n\n', ...written };
  }
  if (task.kind === 'needle') return { trials: 3 };
  return task.kind === 'perplexity' ? { column: 'text' } : {};
}
