import type { RecipeFile } from '../../grammar/index.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { FlatShares } from '../normalize/flatten-shares.ts';
import type { LocalTokenizer } from '../normalize/local-tokenizer.ts';
import type { OpenBlock } from '../normalize/open-block.ts';
import type { AblationReading } from '../normalize/read-ablation.ts';
import type { ClusterReading } from '../normalize/read-cluster.ts';
import type { PretrainReading } from '../normalize/read-pretrain.ts';
import type { TuningReading } from '../normalize/read-tuning.ts';
import type { ModelReading } from '../normalize/resolve-model.ts';

import type { ResolvedClassifier, ResolvedDataset, ResolvedEvaluation } from '../normalize/types.ts';
import { batchesAreWhole, stepsKeepTheirSize } from './batch.ts';
import { powersOfTwoAreMeant } from './binary-suffix.ts';
import { templatesFitTokenizer } from './chat-markers.ts';
import { batchesFillReplicas, clustersAreFull, modelsFitClusters, tuningBatchesFillReplicas } from './cluster.ts';
import { recipeIsWhole } from './completeness.ts';
import { evaluationsAreUnseen } from './contamination.ts';
import { datasetFilesAreRead } from './dataset-files.ts';
import { datasetsAreUsed, holdoutsLeaveRows } from './dataset-use.ts';
import { decayMeetsItsStage } from './decay-alignment.ts';
import { learningRateIsSane } from './learning-rate.ts';
import { headsFitHidden, kvHeadsFitHeads, vocabularyFitsTokenizer } from './model-shape.ts';
import { scoresLieOnTheirScale } from './score-scale.ts';
import { ropeFollowsSequence, sequencesFitContext } from './sequence-length.ts';
import { stagesCoverTheRun } from './stage-ranges.ts';
import { formatsFitPhases, phaseNamesDiffer, phasesStandInOrder, promptsLeaveRoom } from './tuning.ts';

/** A recipe as it was read: what is null has an error of its own, and rules stay quiet about it. */
export interface RecipeReading {
  readonly file: RecipeFile;
  readonly recipe: OpenBlock;
  readonly datasets: readonly ResolvedDataset[];
  readonly classifiers: readonly ResolvedClassifier[];
  readonly mixtures: ReadonlyMap<string, FlatShares>;
  /** What is known of a local tokenizer; null when its file cannot be looked at. Read when a rule asks. */
  readonly localTokenizer: () => LocalTokenizer | null;
  readonly model: ModelReading | null;
  /** Phases of pretraining, in the order written. */
  readonly pretrains: readonly PretrainReading[];
  readonly evaluations: readonly (ResolvedEvaluation | null)[];
  readonly ablations: readonly (AblationReading | null)[];
  readonly clusters: readonly ClusterReading[];
  readonly tuning: readonly TuningReading[];
  /** The leaves of every stage, for each phase of pretraining. */
  readonly stageShares: readonly (readonly FlatShares[])[];
}

type Rule = (reading: RecipeReading, collector: DiagnosticCollector) => void;

/** The rules that look at the recipe as a whole, in order; one file holds the rules of one subject. */
export const rules: readonly Rule[] = [
  recipeIsWhole,
  powersOfTwoAreMeant,
  headsFitHidden,
  kvHeadsFitHeads,
  vocabularyFitsTokenizer,
  stagesCoverTheRun,
  batchesAreWhole,
  stepsKeepTheirSize,
  sequencesFitContext,
  ropeFollowsSequence,
  learningRateIsSane,
  decayMeetsItsStage,
  phasesStandInOrder,
  phaseNamesDiffer,
  promptsLeaveRoom,
  formatsFitPhases,
  clustersAreFull,
  batchesFillReplicas,
  tuningBatchesFillReplicas,
  modelsFitClusters,
  datasetsAreUsed,
  datasetFilesAreRead,
  holdoutsLeaveRows,
  scoresLieOnTheirScale,
  templatesFitTokenizer,
  evaluationsAreUnseen,
];

/** Runs every rule. */
export function checkRecipe(reading: RecipeReading, collector: DiagnosticCollector): void {
  for (const rule of rules) rule(reading, collector);
}
