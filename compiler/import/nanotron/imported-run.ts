import type Fraction from 'fraction.js';
import type { Span } from '../../../grammar/index.ts';
import type { PlanSchedule } from '../../plan/types.ts';
import type { Placed } from '../config-section.ts';

/** What a configuration says of the model; a number that is not known is null, and left to the recipe's author. */
export interface ImportedModel {
  readonly layers: number;
  readonly hidden: number;
  readonly ffn: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocab: number;
  /** Longest sequence, as configured. */
  readonly context: number;
  readonly ropeTheta: Fraction;
  readonly normEps: Fraction;
  readonly tieEmbeddings: boolean;
  /** null where the weights come from a checkpoint. */
  readonly initStd: Fraction | null;
}

/** A tokenizer or the data of a hub, or a file. */
export type ImportedSource =
  | {
      readonly kind: 'hf';
      readonly repository: string;
      readonly config: string | null;
      readonly revision: string | null;
      readonly column: string | null;
    }
  | { readonly kind: 'local'; readonly path: string };

export interface ImportedOptimizer {
  readonly beta1: Fraction;
  readonly beta2: Fraction;
  readonly eps: Fraction;
  readonly weightDecay: Fraction;
  readonly exclude: readonly ('norms' | 'embeddings')[];
  /** null: gradients are not cut. */
  readonly clipNorm: Fraction | null;
}

/** The learning rate as nanotron's keys give it, every default filled in; steps as in its function of the step. */
export interface RateKeys {
  readonly peak: Fraction;
  readonly warmup: number;
  readonly warmupStyle: 'linear' | 'constant';
  readonly decayStyle: 'linear' | 'cosine' | '1-sqrt';
  readonly decayStart: number;
  readonly decaySteps: number;
  readonly end: Fraction;
  /** `lr_decay_steps` was not given. */
  readonly isLengthDefault: boolean;
  readonly span: Span;
}

/** A schedule in the words of a recipe; `decay` is null for kinds that have none of their own. */
export interface ImportedSchedule {
  readonly kind: 'wsd' | 'constant' | 'cosine' | 'linear';
  readonly peak: Fraction;
  readonly warmup: number;
  /** Steps of the decay of `wsd`, which ends with training. */
  readonly decay: number;
  readonly shape: PlanSchedule['shape'];
  readonly end: Fraction;
}

/** A dataset of a stage: where nanotron finds it, and its weight as written. */
export interface WeightedData {
  readonly data: ImportedData;
  readonly weight: Fraction;
  /** The file gives the weight. */
  readonly isWeighted: boolean;
}

/** Data by what it is: the same in two stages is one dataset. */
export type ImportedData =
  /** Tokenized files; smol reads the text that they were made of. */
  | { readonly kind: 'folder'; readonly folder: string; readonly span: Span }
  /** Rows of text that the datasets library loads from a path of the machine. */
  | { readonly kind: 'rows'; readonly folder: string; readonly span: Span }
  | { readonly kind: 'hub'; readonly source: ImportedSource & { readonly kind: 'hf' }; readonly span: Span }
  /** Random tokens, which nanotron makes where no dataset is given. */
  | { readonly kind: 'random'; readonly name: string; readonly span: Span };

/** A data stage: from its first step on, until the next one begins. */
export interface ImportedStage {
  readonly name: Placed<string>;
  readonly firstStep: number;
  readonly sequence: number | null;
  readonly data: readonly WeightedData[];
}

/** All of one file that a recipe can say. */
export interface NanotronConfig {
  readonly file: string;
  readonly name: string | null;
  readonly seed: number;
  readonly tokenizer: ImportedSource | null;
  readonly model: ImportedModel;
  readonly precision: 'bf16' | 'float32';
  readonly attention: 'full' | 'document';
  readonly recompute: boolean;
  /** A checkpoint whose weights training starts from. */
  readonly start: string | null;
  /** A checkpoint whose run this file goes on with. */
  readonly resumed: Placed<string> | null;
  readonly optimizer: ImportedOptimizer;
  readonly rate: RateKeys;
  /** Sequences of a step. */
  readonly batch: number;
  readonly sequence: number;
  readonly trainSteps: Placed<number>;
  readonly checkpointEvery: number | null;
  readonly stages: readonly ImportedStage[];
  /** A `cluster` block as it could be, with what the file says of it. */
  readonly clusterWords: string;
}

/** Steps of a run in which nothing changes but the learning rate; both ends count. */
export interface ImportedPart {
  /** Of the stage, as the configuration has it. */
  readonly stage: Placed<string>;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly sequence: number;
  readonly batch: number;
  readonly ropeTheta: Fraction;
  readonly attention: 'full' | 'document';
  readonly data: readonly WeightedData[];
}
