/**
 * The vocabulary: the one table of blocks, attributes, functions, verbs and units. Checker, reference page, completion and
 * highlighting read it; a new attribute is one row and its use.
 */
import { ablationAttributes } from './ablation.ts';
import { blocks } from './blocks.ts';
import { classifierAttributes } from './classifier.ts';
import { clusterAttributes } from './cluster.ts';
import { datasetAttributes } from './dataset.ts';
import { type UnitRow, units } from './dimensions.ts';
import { evaluateAttributes, taskFunctions } from './evaluate.ts';
import { adamw, every, scheduleFunctions, sourceFunctions, textFormat } from './functions.ts';
import { modelAttributes } from './model.ts';
import { pretrainAttributes, stageAttributes } from './pretrain.ts';
import { recipeAttributes } from './recipe.ts';
import type { AttributeRow, BlockName, BlockRow, FunctionRow, VerbRow } from './row.ts';
import { chatTemplates, rewind, rowFormats, weightFunctions } from './row-functions.ts';
import { dpoAttributes, sftAttributes, tuningAttributes } from './tuning.ts';
import { stepFunctions, verbs } from './verbs.ts';

export { type ColumnRow, computedColumns } from './columns.ts';
export { compoundDimension, type Dimension, type UnitRow, unitSuffix, units } from './dimensions.ts';
export { adamw, every, scheduleFunctions, sourceFunctions, textFormat } from './functions.ts';
export { generateSource } from './generate-source.ts';
export { type GpuRow, gpuByName, gpus } from './gpus.ts';
export type * from './row.ts';
export { chatTemplates, rewind, rowFormats, weightFunctions } from './row-functions.ts';
export { startType } from './tuning.ts';
export {
  ablationAttributes,
  blocks,
  classifierAttributes,
  clusterAttributes,
  datasetAttributes,
  dpoAttributes,
  evaluateAttributes,
  modelAttributes,
  pretrainAttributes,
  recipeAttributes,
  sftAttributes,
  stageAttributes,
  stepFunctions,
  taskFunctions,
  tuningAttributes,
  verbs,
};

/** Every attribute of every block. */
export const attributes: readonly AttributeRow[] = [
  ...Object.values(recipeAttributes),
  ...Object.values(datasetAttributes),
  ...Object.values(modelAttributes),
  ...Object.values(pretrainAttributes),
  ...Object.values(stageAttributes),
  ...Object.values(tuningAttributes),
  ...Object.values(sftAttributes),
  ...Object.values(dpoAttributes),
  ...Object.values(evaluateAttributes),
  ...Object.values(ablationAttributes),
  ...Object.values(clusterAttributes),
  ...Object.values(classifierAttributes),
];

/** Every function. */
export const functions: readonly FunctionRow[] = [
  ...Object.values(scheduleFunctions),
  adamw,
  every,
  ...Object.values(sourceFunctions),
  textFormat,
  ...Object.values(rowFormats),
  ...Object.values(chatTemplates),
  ...Object.values(weightFunctions),
  rewind,
  ...Object.values(stepFunctions),
  ...Object.values(taskFunctions),
];

const attributeIndex = new Map(attributes.flatMap((row) => row.blocks.map((block) => [`${block}.${row.name}`, row])));
const functionIndex = new Map(functions.map((row) => [row.of ? `${row.of}.${row.name}` : row.name, row]));
const blockIndex = new Map(blocks.map((row) => [row.name, row]));
const unitIndex = new Map(units.map((row) => [row.name, row]));
const verbIndex = new Map(verbs.map((row) => [row.name, row]));

/** The row of an attribute in a block; undefined when the block has none of that name. */
export function attributeRow(block: BlockName, name: string): AttributeRow | undefined {
  return attributeIndex.get(`${block}.${name}`);
}

/** The attributes of a block, in the order of the table. */
export function attributesOf(block: BlockName): readonly AttributeRow[] {
  return attributes.filter((row) => row.blocks.includes(block));
}

/** The blocks that have an attribute of this name. */
export function blocksWithAttribute(name: string): readonly BlockName[] {
  return attributes.filter((row) => row.name === name).flatMap((row) => row.blocks);
}

/** The function of a name that an attribute, parameter or verb takes. */
export function functionOf(name: string, attribute: string): FunctionRow | undefined {
  return functionIndex.get(`${attribute}.${name}`) ?? functionIndex.get(name);
}

/** The row of a block; every kind has one. */
export function blockRow(name: BlockName): BlockRow {
  return blockIndex.get(name)!;
}

export function unitByName(name: string): UnitRow | undefined {
  return unitIndex.get(name);
}

/** The row of a verb or other entry that starts with a word of the language. */
export function verbRow(name: VerbRow['name']): VerbRow {
  return verbIndex.get(name)!;
}
