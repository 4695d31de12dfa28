import Fraction from 'fraction.js';
import type { RecipeFile, Reference } from '../../grammar/index.ts';
import { vocabulary } from '../../grammar/index.ts';
import type { DeclaredKind } from '../bind/namespace.ts';
import type { ValueContext } from '../bind/value-context.ts';
import type { RecipeReading } from '../check/index.ts';
import { childrenOf, type OpenBlock } from './open-block.ts';
import { readAblation } from './read-ablation.ts';
import { readCluster } from './read-cluster.ts';
import { readEvaluation } from './read-evaluation.ts';
import type { PointScope } from './read-point.ts';
import { type PretrainContext, type PretrainReading, readPretrain } from './read-pretrain.ts';
import type { NamedPhase } from './read-start.ts';
import { readTuning, type TuningContext, type TuningReading } from './read-tuning.ts';
import { type Reading, readAttribute } from './read-value.ts';
import { resolveClassifiers } from './resolve-classifiers.ts';
import { datasetName, resolveDatasets } from './resolve-datasets.ts';
import { readModel } from './resolve-model.ts';
import { resolveMixtures, resolveStageShares, type SharesContext } from './resolve-shares.ts';
import { rowUses } from './row-uses.ts';
import type { ResolvedDataset } from './types.ts';

/** Reads every block of an opened recipe; what is wrong is null, and the collector says why. */
export function readRecipe(
  file: RecipeFile,
  recipe: OpenBlock,
  profile: string | null,
  context: PretrainContext,
): Omit<RecipeReading, 'localTokenizer'> {
  const kinds = kindsOf(recipe, context);
  const uses = rowUses(recipe, context.values);
  const classifierBlocks = childrenOf(recipe, 'classifier');
  const scopeOfDatasets = { ...context, kinds, uses, classifiers: classifierBlocks };
  const datasets = resolveDatasets(childrenOf(recipe, 'dataset'), scopeOfDatasets);
  const nameOf = (reference: Reference, wanted: string) => datasetName(reference, wanted, scopeOfDatasets);
  const classifiers = resolveClassifiers(classifierBlocks, nameOf, context);
  const shares = { ...context, kinds, domainOf: domainsOf(recipe, context), sizeOf: sizesOf(datasets, kinds) };
  const mixtures = resolveMixtures(childrenOf(recipe, 'mixture'), shares);
  const [modelBlock] = childrenOf(recipe, 'model');
  const model = modelBlock ? readModel(modelBlock, context) : null;
  const pretrains = readPretrains(recipe, model?.rope_theta ?? null, context);
  const stageShares = resolveStageShares(pretrains, mixtures, shares);
  const tuning = readTunings(recipe, pretrains, { ...context, kinds, mixtures, contextLength: model?.context ?? null });
  const points = pointScope(pretrains, tuning, context);
  const evaluations = childrenOf(recipe, 'evaluate').map((block) => readEvaluation(block, points, context));
  const scope = {
    ...context,
    ...shares,
    mixtures,
    contextLength: model?.context ?? null,
    pretrains,
    tuning,
    stageShares,
  };
  const ablations = childrenOf(recipe, 'ablation').map((block) => readAblation(block, scope));
  const clusters = clusterBlocks(recipe, profile).map((block) => readCluster(block, context));
  return {
    file,
    recipe,
    datasets,
    classifiers,
    mixtures,
    model,
    pretrains,
    tuning,
    evaluations,
    ablations,
    clusters,
    stageShares,
  };
}

/** What each name of the one namespace stands for, after re-opening. */
function kindsOf(recipe: OpenBlock, { lets }: ValueContext): ReadonlyMap<string, DeclaredKind> {
  const kinds = new Map<string, DeclaredKind>([...lets.keys()].map((name) => [name, 'let']));
  for (const block of [...recipe.children, ...recipe.children.flatMap((child) => child.children)]) {
    const { keyword, name } = block;
    if (name && (keyword === 'dataset' || keyword === 'mixture' || keyword === 'stage')) kinds.set(name.text, keyword);
  }
  return kinds;
}

/** A profile is another run, seldom on the same machines: it has the clusters that it names itself. */
function clusterBlocks(recipe: OpenBlock, profile: string | null): readonly OpenBlock[] {
  const blocks = childrenOf(recipe, 'cluster');
  if (profile === null) return blocks;
  return blocks.filter(
    ({ layer, attributes }) => layer === 'profile' || [...attributes.values()].some((each) => each.layer === 'profile'),
  );
}

/** Stated or counted sizes in tokens, by the names of datasets. */
function sizesOf(
  datasets: readonly ResolvedDataset[],
  kinds: ReadonlyMap<string, DeclaredKind>,
): SharesContext['sizeOf'] {
  const sizes = new Map(datasets.map(({ name, sizeTokens }) => [name, sizeTokens?.value ?? 'unknown'] as const));
  return (target) => {
    const kind = kinds.get(target);
    if (kind !== undefined && kind !== 'dataset') return 'other';
    return sizes.get(target) ?? 'undeclared';
  };
}

function domainsOf(recipe: OpenBlock, { values }: PretrainContext): (target: string) => string | null {
  const datasets = new Map(childrenOf(recipe, 'dataset').map((block) => [block.name?.text, block]));
  return (target) => {
    const block = datasets.get(target);
    return block ? (readAttribute(block, vocabulary.datasetAttributes.domain, values)?.value ?? null) : null;
  };
}

/** What points of the whole run can name. */
function pointScope(
  pretrains: readonly PretrainReading[],
  tuning: readonly TuningReading[],
  { collector, incomplete }: ValueContext,
): PointScope {
  const stages = pretrains.flatMap((phase) =>
    phase.stages.flatMap(({ name, block }) => (block === phase.block ? [] : [[name, phase.name] as const])),
  );
  const [first] = pretrains;
  return {
    collector,
    incomplete,
    phases: [...pretrains, ...tuning].map(({ name }) => name),
    stages: new Map(stages),
    positions: first ? { phase: first.name, scale: first.scale } : null,
  };
}

/** Phases of pretraining in order; each may start from those above it. */
function readPretrains(
  recipe: OpenBlock,
  ropeTheta: Reading<number> | null,
  context: PretrainContext,
): readonly PretrainReading[] {
  const earlier: PretrainReading[] = [];
  for (const block of childrenOf(recipe, 'pretrain')) {
    earlier.push(readPretrain(block, ropeTheta, context, [...earlier]));
  }
  return earlier;
}

/** The phases of post-training in order; each may start from those above it. */
function readTunings(recipe: OpenBlock, pretrains: readonly PretrainReading[], context: TuningContext) {
  const earlier: NamedPhase[] = [...pretrains];
  return recipe.children
    .filter(({ keyword }) => keyword === 'sft' || keyword === 'dpo')
    .map((block) => {
      const reading = readTuning(block, earlier, context);
      earlier.push({ name: reading.name, scale: new Fraction(1) });
      return reading;
    });
}
