import type { RecipeFile } from '../../grammar/index.ts';
import { vocabulary } from '../../grammar/index.ts';
import { evaluateValue } from '../bind/evaluate-value.ts';
import { checkRecipe, type RecipeReading } from '../check/index.ts';
import { DiagnosticCollector } from '../diagnostics/collector.ts';
import { complete } from './complete.ts';
import { loadModule, type OpenFile } from './load-modules.ts';
import { localTokenizerOf } from './local-tokenizer.ts';
import { isSameBlock, type OpenBlock } from './open-block.ts';
import { profileNames, withProfile } from './open-recipe.ts';
import { resolveCluster } from './read-cluster.ts';
import { type PretrainContext, type PretrainReading, readPretrain } from './read-pretrain.ts';
import { readRecipe } from './read-recipe.ts';
import { asNumber } from './read-required.ts';
import { readAttribute } from './read-value.ts';
import { resolveAblation } from './resolve-ablation.ts';
import { resolvePretrain } from './resolve-pretrain.ts';
import { isSinglePath, resolveSource } from './resolve-source.ts';
import { resolveTuning } from './resolve-tuning.ts';
import { withSettings } from './settings.ts';
import type { ResolvedRecipe } from './types.ts';

export interface ResolveOptions {
  readonly profile: string | null;
  /** `PATH=VALUE` as given to `--set`, in order. */
  readonly settings: readonly string[];
  readonly collector: DiagnosticCollector;
  /** Reads the files that `use` and `extends` name; without it there are none. */
  readonly open?: OpenFile;
  /** Text of a file by its path from the recipe's folder, for what a rule says about a local tokenizer; null without one. */
  readonly readLocal?: (path: string) => string | null;
  /** Paths may be written with `..`. */
  readonly mayClimb?: boolean;
}

/**
 * Resolves a recipe under a profile and settings: structure, names, values, re-opening, shares, positions, checks. Every
 * mistake of the file goes to the collector in this one pass. Null when an error prevents planning.
 */
export function resolveRecipe(file: RecipeFile, options: ResolveOptions): ResolvedRecipe | null {
  const { collector, profile, settings, mayClimb = false } = options;
  const module = loadModule(file, options.open ?? (() => null), { collector, mayClimb });
  const { lets, values, refused, incomplete, recipe: base } = module;
  const valueContext = { collector, lets, incomplete };
  const profiled = openLayers(file, base, profile, refused, collector);
  const set = withSettings(profiled, settings, collector);
  for (const { node, row } of set.attributes) {
    values.set(node, evaluateValue(node.value, row.type, row.name, valueContext));
  }
  const context: PretrainContext = { ...valueContext, values, mayClimb };
  const { readLocal = () => null } = options;
  const layers = { recipe: set.recipe, earlier: [base, profiled], profile, readLocal };
  const resolved = resolveOpened(file, layers, context);
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
  readonly readLocal: (path: string) => string | null;
}

function resolveOpened(file: RecipeFile, layers: Layers, context: PretrainContext) {
  const { recipe, profile } = layers;
  const reading = readRecipe(file, recipe, profile, context);
  const written = readAttribute(recipe, vocabulary.recipeAttributes.tokenizer, context.values);
  const source = written && resolveSource(written, context);
  const tokenizer = source && isSinglePath(source, 'the tokenizer', context) ? source : null;
  checkRecipe(
    { ...reading, localTokenizer: localTokenizerOf(tokenizer?.value ?? null, layers.readLocal) },
    context.collector,
  );
  const { model, pretrains, stageShares } = reading;
  const before = new Map(
    pretrains.map((phase) => [phase.name, phase.isScaled ? unscaled(phase, layers, context) : null]),
  );
  const phases = pretrains.map((phase, i) => {
    return resolvePretrain(phase, stageShares[i]!, before.get(phase.name) ?? null, context);
  });
  const parts = complete({
    name: file.header?.name.text ?? null,
    nameSpan: file.header?.name.span ?? null,
    seed: asNumber(readAttribute(recipe, vocabulary.recipeAttributes.seed, context.values)),
    tokenizer,
    model: model && complete(model),
  });
  const trains = phases.length > 0 || reading.tuning.length > 0;
  if (parts === null || !trains || phases.includes(null)) return null;
  const whole = phases.filter((phase) => phase !== null);
  return {
    ...parts,
    datasets: reading.datasets,
    classifiers: reading.classifiers,
    phases: whole,
    ...resolveOthers(reading, before, context),
  };
}

/** What stands beside the model and its pretraining; parts with an error are left out, and the recipe is then null. */
function resolveOthers(
  { tuning, evaluations, ablations, clusters }: Omit<RecipeReading, 'localTokenizer'>,
  before: ReadonlyMap<string, PretrainReading | null>,
  context: PretrainContext,
) {
  return {
    tuning: tuning.map((each) => resolveTuning(each, context.values)).filter((each) => each !== null),
    evaluations: evaluations.filter((each) => each !== null),
    ablations: ablations
      .map((each) => each && resolveAblation(each, before.get(each.of) ?? null, context))
      .filter((each) => each !== null),
    clusters: clusters.map(resolveCluster).filter((each) => each !== null),
  };
}

/** The phase as it was before the layer that scales it. It was checked where it was written, so nothing is reported here. */
function unscaled(
  { block }: PretrainReading,
  { recipe, earlier }: Layers,
  context: PretrainContext,
): PretrainReading | null {
  const scaledTo = vocabulary.pretrainAttributes.scaledTo.name;
  const phases = [...earlier, recipe].map((layer) => layer.children.find((child) => isSameBlock(child, block)));
  const first = phases.findIndex((phase) => phase?.attributes.has(scaledTo));
  const phase = phases[Math.max(0, first - 1)];
  if (!phase) return null;
  const attributes = new Map(phase.attributes);
  attributes.delete(scaledTo);
  return readPretrain({ ...phase, attributes }, null, { ...context, collector: new DiagnosticCollector() });
}
