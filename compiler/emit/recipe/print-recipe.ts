import Fraction from 'fraction.js';
import { format } from '../../../grammar/index.ts';
import type { ResolvedCluster, ResolvedModel, ResolvedRecipe } from '../../normalize/types.ts';
import { block } from './block.ts';
import { countText, percentText, realText } from './literals.ts';
import { printAblation } from './print-ablation.ts';
import { printClassifier, printDataset, sourceText } from './print-datasets.ts';
import { printEvaluation } from './print-evaluation.ts';
import { printPretrain } from './print-pretrain.ts';
import { printTunings } from './print-tuning.ts';

/**
 * A resolved recipe in its long form: a recipe of its own, canonically formatted, without profile, lets, mixtures and groups,
 * with every default written out. It compiles to the plan of the recipe that it was resolved from: the same hash.
 */
export function printRecipe(recipe: ResolvedRecipe): string {
  const parts = [
    `recipe ${recipe.name}\nlanguage = 1`,
    `seed = ${countText(recipe.seed.value)}\ntokenizer = ${sourceText(recipe.tokenizer.value)}`,
    ...recipe.datasets.map(printDataset),
    ...recipe.classifiers.map(printClassifier),
    printModel(recipe.model),
    ...recipe.clusters.map(printCluster),
    ...recipe.phases.map((phase) => printPretrain(phase, recipe.model.rope_theta.value)),
    ...printTunings(recipe),
    ...recipe.evaluations.map(printEvaluation),
    ...recipe.ablations.map(printAblation),
  ];
  const result = format(`${parts.join('\n\n')}\n`, 'normalized.smol');
  if ('text' in result) return result.text;
  throw new Error(`the long form does not parse: ${JSON.stringify(result.problems[0])}`);
}

function printModel(model: ResolvedModel): string {
  const { layers, hidden, ffn, heads, kv_heads, vocab, context, rope_theta, norm_eps, init_std } = model;
  const counts = Object.entries({ layers, hidden, ffn, heads, kv_heads, vocab, context });
  const reals = Object.entries({ rope_theta, norm_eps, init_std });
  return block('model', [
    `family = ${model.family.value}`,
    ...counts.map(([name, { value }]) => `${name} = ${countText(value)}`),
    ...reals.map(([name, { value }]) => `${name} = ${realText(value)}`),
    `tie_embeddings = ${model.tie_embeddings.value}`,
  ]);
}

function printCluster({ name, nodes, gpusPerNode, gpu, dp, tp, pp, microBatch, mfu, price }: ResolvedCluster): string {
  const counts = Object.entries({ nodes, gpus_per_node: gpusPerNode, dp, tp, pp });
  return block(`cluster ${name}`, [
    ...counts.map(([attribute, { value }]) => `${attribute} = ${countText(value)}`),
    `gpu = ${gpu.value}`,
    `micro_batch = ${countText(microBatch.value)} sequences`,
    `mfu = ${percentText(new Fraction(mfu.value))}`,
    price && `price = ${realText(price.value)} usd per gpu_hour`,
  ]);
}
