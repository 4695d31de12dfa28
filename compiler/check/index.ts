import type { RecipeFile } from '../../grammar/index.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { FlatShares } from '../normalize/flatten-shares.ts';
import type { OpenBlock } from '../normalize/open-block.ts';
import type { PretrainReading } from '../normalize/read-pretrain.ts';
import type { ModelReading } from '../normalize/resolve-model.ts';
import type { ResolvedDataset } from '../normalize/types.ts';

/** A recipe as it was read: what is null has an error of its own, and rules stay quiet about it. */
export interface RecipeReading {
  readonly file: RecipeFile;
  readonly recipe: OpenBlock;
  readonly datasets: readonly ResolvedDataset[];
  readonly mixtures: ReadonlyMap<string, FlatShares>;
  readonly model: ModelReading | null;
  readonly pretrain: PretrainReading | null;
  readonly stageShares: readonly FlatShares[];
}

/** The rules that look at the recipe as a whole, in order. */
export function checkRecipe(reading: RecipeReading, collector: DiagnosticCollector): void {
  void reading;
  void collector;
}
