import Fraction from 'fraction.js';
import type { RecipeFile } from '../../grammar/index.ts';
import { vocabulary } from '../../grammar/index.ts';
import { evaluateAttributes } from '../bind/evaluate-attributes.ts';
import { evaluateValue } from '../bind/evaluate-value.ts';
import { evaluateLets } from '../bind/lets.ts';
import { checkNames, type DeclaredKind, mayLackNames } from '../bind/namespace.ts';
import type { ValueContext } from '../bind/value-context.ts';
import { checkRecipe } from '../check/index.ts';
import { checkStructure } from '../check/structure.ts';
import { DiagnosticCollector } from '../diagnostics/collector.ts';
import { complete } from './complete.ts';
import type { OpenBlock } from './open-block.ts';
import { openRecipe, profileNames, withProfile } from './open-recipe.ts';
import { readCluster, resolveCluster } from './read-cluster.ts';
import { type PretrainContext, type PretrainReading, readPretrain } from './read-pretrain.ts';
import { asNumber } from './read-required.ts';
import type { NamedPhase } from './read-start.ts';
import { readTuning, type TuningContext } from './read-tuning.ts';
import { readAttribute } from './read-value.ts';
import { resolveDatasets } from './resolve-datasets.ts';
import { readModel } from './resolve-model.ts';
import { resolvePretrain } from './resolve-pretrain.ts';
import { resolveMixtures, resolveStageShares } from './resolve-shares.ts';
import { resolveSource } from './resolve-source.ts';
import { resolveTuning } from './resolve-tuning.ts';
import { rowUses } from './row-uses.ts';
import { withSettings } from './settings.ts';
import type { ResolvedRecipe } from './types.ts';

export interface ResolveOptions {
  readonly profile: string | null;
  /** `PATH=VALUE` as given to `--set`, in order. */
  readonly settings: readonly string[];
  readonly collector: DiagnosticCollector;
}

/**
 * Resolves a recipe under a profile and settings: structure, names, values, re-opening, shares, positions, checks. Every
 * mistake of the file goes to the collector in this one pass. Null when an error prevents planning.
 */
export function resolveRecipe(file: RecipeFile, options: ResolveOptions): ResolvedRecipe | null {
  const { collector, profile, settings } = options;
  const refused = new Set(checkStructure(file, collector));
  checkNames(file, refused, collector);
  const lets = evaluateLets(file, refused, collector);
  const base = openRecipe(file, refused);
  const valueContext = { collector, lets, incomplete: mayLackNames(file, refused) };
  const values = evaluateAttributes(file, refused, valueContext);
  const profiled = openLayers(file, base, profile, refused, collector);
  const set = withSettings(profiled, settings, collector);
  for (const { node, row } of set.attributes) {
    values.set(node, evaluateValue(node.value, row.type, row.name, valueContext));
  }
  const context: PretrainContext = { ...valueContext, values };
  const resolved = resolveOpened(file, { recipe: set.recipe, earlier: [base, profiled], profile }, context);
  if (resolved === null || collector.hasErrors) return null;
  return { ...resolved, profile, settings };
}

/** The recipe after the chosen profile. The other profiles are re-opened too, for what is wrong with them in any case. */
function openLayers(
  file: RecipeFile,
  base: OpenBlock,
  profile: string | null,
  refused: ReadonlySet<object>,
  collector: DiagnosticCollector,
): OpenBlock {
  for (const other of profileNames(file)) if (other !== profile) withProfile(base, file, other, refused, collector);
  return profile === null ? base : withProfile(base, file, profile, refused, collector);
}

/** The recipe after all layers, and as it was before the last ones, for what `scaled_to` scales from. */
interface Layers {
  readonly recipe: OpenBlock;
  readonly earlier: readonly OpenBlock[];
  readonly profile: string | null;
}

function resolveOpened(file: RecipeFile, layers: Layers, context: PretrainContext) {
  const { recipe, profile } = layers;
  const kinds = kindsOf(recipe, context);
  const datasetScope = { ...context, kinds, uses: rowUses(recipe, context.values) };
  const datasets = resolveDatasets(childrenOf(recipe, 'dataset'), datasetScope);
  const shares = { ...context, kinds, domainOf: domainsOf(recipe, context) };
  const mixtures = resolveMixtures(childrenOf(recipe, 'mixture'), shares);
  const [modelBlock] = childrenOf(recipe, 'model');
  const [pretrainBlock] = childrenOf(recipe, 'pretrain');
  const model = modelBlock ? readModel(modelBlock, context) : null;
  const pretrain = pretrainBlock ? readPretrain(pretrainBlock, model?.rope_theta ?? null, context) : null;
  const stageShares = pretrain ? resolveStageShares(pretrain.stages, mixtures, shares) : [];
  const tokenizer = readAttribute(recipe, vocabulary.recipeAttributes.tokenizer, context.values);
  const tuning = readTunings(recipe, pretrain, { ...context, kinds, mixtures, contextLength: model?.context ?? null });
  const clusters = clusterBlocks(recipe, profile).map((block) => readCluster(block, context));
  checkRecipe({ file, recipe, datasets, mixtures, model, pretrain, tuning, clusters, stageShares }, context.collector);
  const before = pretrain?.isScaled ? unscaled(layers, context) : null;
  const phase = pretrain && resolvePretrain(pretrain, stageShares, before, context);
  const parts = complete({
    name: file.header?.name.text ?? null,
    nameSpan: file.header?.name.span ?? null,
    seed: asNumber(readAttribute(recipe, vocabulary.recipeAttributes.seed, context.values)),
    tokenizer: tokenizer && resolveSource(tokenizer, context.collector),
    model: model && complete(model),
    phase,
  });
  if (parts === null) return null;
  const { phase: only, ...rest } = parts;
  const whole = {
    tuning: tuning.map((each) => resolveTuning(each, context.values)).filter((each) => each !== null),
    clusters: clusters.map(resolveCluster).filter((cluster) => cluster !== null),
  };
  return { ...rest, datasets, phases: [only], evaluations: [], ablations: [], ...whole };
}

function childrenOf(recipe: OpenBlock, keyword: vocabulary.BlockName): readonly OpenBlock[] {
  return recipe.children.filter((child) => child.keyword === keyword);
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

function domainsOf(recipe: OpenBlock, { values }: PretrainContext): (target: string) => string | null {
  const datasets = new Map(childrenOf(recipe, 'dataset').map((block) => [block.name?.text, block]));
  return (target) => {
    const block = datasets.get(target);
    return block ? (readAttribute(block, vocabulary.datasetAttributes.domain, values)?.value ?? null) : null;
  };
}

/** The phase as it was before the layer that scales it. It was checked where it was written, so nothing is reported here. */
function unscaled({ recipe, earlier }: Layers, context: PretrainContext): PretrainReading | null {
  const scaledTo = vocabulary.pretrainAttributes.scaledTo.name;
  const phases = [...earlier, recipe].map((layer) => childrenOf(layer, 'pretrain')[0]);
  const first = phases.findIndex((phase) => phase?.attributes.has(scaledTo));
  const phase = phases[Math.max(0, first - 1)];
  if (!phase) return null;
  const attributes = new Map(phase.attributes);
  attributes.delete(scaledTo);
  return readPretrain({ ...phase, attributes }, null, { ...context, collector: new DiagnosticCollector() });
}

/** The phases of post-training in order; each may start from those above it. */
function readTunings(recipe: OpenBlock, pretrain: PretrainReading | null, context: TuningContext) {
  const earlier: NamedPhase[] = pretrain ? [pretrain] : [];
  return recipe.children
    .filter(({ keyword }) => keyword === 'sft' || keyword === 'dpo')
    .map((block) => {
      const reading = readTuning(block, earlier, context);
      earlier.push({ name: reading.name, scale: new Fraction(1) });
      return reading;
    });
}
