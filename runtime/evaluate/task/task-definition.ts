/** Where rows come from: files of the task's folder, or a dataset on the hub. */
export type TaskData =
  | { readonly local: string | readonly string[] }
  | { readonly hf: string; readonly config?: string; readonly split?: string; readonly revision?: string };

/** What the sum of log-probabilities of an answer is divided by before answers are compared. */
export type Normalizer = 'none' | 'characters' | 'bytes' | 'tokens';

interface AnyTask {
  readonly name?: string;
  /** What is measured, for people. */
  readonly documentation?: string;
  readonly license?: string;
}

/** How a row becomes a prompt. Texts are templates: `{column}` is the row's value. */
interface Prompted extends AnyTask {
  readonly data: TaskData;
  readonly question: string;
  /** Stands before each question. */
  readonly prefix?: string;
  /** Stands after each question: `\nAnswer:`. */
  readonly cue?: string;
  /** Stands once before everything. */
  readonly instruction?: string;
  /** Ask in a turn of the user, by the model's chat template; false unless given. */
  readonly chat?: boolean;
  /** Solved examples before the question; 0 unless given. */
  readonly shots?: number;
  /** Where the examples are taken from; the other rows of `data` unless given. */
  readonly examples?: TaskData;
  /** Between examples; an empty line unless given. */
  readonly shot_separator?: string;
  /** Between a question and its answer; a space unless given. */
  readonly separator?: string;
}

export interface ChoiceTask extends Prompted {
  /** `cloze` compares the full answers; `choice` shows the options, where `formulation` is not `cf`. */
  readonly kind: 'cloze' | 'choice';
  /** The column with the list of options, or a template for each. */
  readonly choices: string | readonly string[];
  /** The column that says which is right: its index from 0, its letter, or its text. */
  readonly answer: string;
  readonly formulation?: 'mcf' | 'cf';
  /** Of the result that counts; all are given. Characters for full answers and none for letters, unless given. */
  readonly normalizer?: Normalizer;
}

/** How the answer is found in what the model wrote, and in the right answer. */
export type Extractor =
  /** All of it, without space at its ends. */
  | 'text'
  | 'first_line'
  /** The last number, as GSM8K's flexible match does. */
  | 'last_number'
  /** The number after the last `####`, as GSM8K marks answers. */
  | 'marked_number';

export interface GenerateTask extends Prompted {
  readonly kind: 'generate';
  /** A template, or the column with a list of texts each of which is right. Not needed for `instructions`. */
  readonly answer?: string;
  readonly metric?: 'exact_match' | 'rouge_l' | 'instructions';
  readonly extract?: Extractor;
  /** Compare without case, punctuation and English articles. */
  readonly loose?: boolean;
  /** Writing ends before the first of these. */
  readonly stop?: readonly string[];
  readonly max_tokens?: number;
}

export interface PerplexityTask extends AnyTask {
  readonly kind: 'perplexity';
  readonly data: TaskData;
  /** `text` unless given. */
  readonly column?: string;
}

export interface NeedleTask extends AnyTask {
  readonly kind: 'needle';
  /** Tokens of the whole prompt with the answer. */
  readonly lengths: readonly number[];
  /** Where the needle stands, from 0 (first) to 1 (last). */
  readonly depths: readonly number[];
  /** Prompts of each length and depth. */
  readonly trials?: number;
}

export interface PassAtKTask extends AnyTask {
  readonly kind: 'pass_at_k';
  /** Rows of what was tried elsewhere: `{"task_id": "HumanEval/0", "passed": true}`. Nothing is run here. */
  readonly data: TaskData;
  readonly k: readonly number[];
}

/** A task file, validated. */
export type TaskDefinition = ChoiceTask | GenerateTask | PerplexityTask | NeedleTask | PassAtKTask;
