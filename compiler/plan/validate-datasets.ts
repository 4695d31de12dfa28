import { dependencyOrder } from '../bind/dependency-order.ts';
import { conditionTerms, termOperands } from './condition-parts.ts';
import { compilePattern } from './row-pattern.ts';
import type { PlanCondition, PlanOperand, PlanStep } from './step-types.ts';
import type { Plan, PlanDataset } from './types.ts';

/** Called with a JSON pointer and what is wrong there; never returns. */
export type Fault = (pointer: string, message: string) => never;

/**
 * What datasets of a plan refer to is there, none is made of itself, and patterns of steps can be used: the runtime follows names
 * without looking for rings.
 */
export function validateDatasets({ datasets, classifiers = [] }: Plan, fault: Fault): void {
  const names = new Set<string>();
  for (const [at, { name }] of datasets.entries()) {
    if (names.has(name)) fault(`/datasets/${at}/name`, `the dataset \`${name}\` stands twice`);
    names.add(name);
  }
  for (const [at, dataset] of datasets.entries()) {
    for (const { pointer, name } of referencesOf(dataset)) {
      if (!names.has(name)) fault(`/datasets/${at}${pointer}`, `the dataset \`${name}\` is not in the plan`);
    }
    for (const [index, step] of dataset.steps.entries()) validateStep(step, `/datasets/${at}/steps/${index}`, fault);
  }
  const needs = new Map(datasets.map((dataset) => [dataset.name, referencesOf(dataset).map(({ name }) => name)]));
  const [ring] = dependencyOrder(names, (name) => needs.get(name)!).cycles;
  if (ring) fault('/datasets', `the dataset \`${ring[0]}\` is made of itself`);
  for (const [at, { annotations }] of classifiers.entries()) {
    if (annotations === null || names.has(annotations)) continue;
    fault(`/classifiers/${at}/annotations`, `the dataset \`${annotations}\` is not in the plan`);
  }
}

/** Names of datasets that stand in one, with their places in it. */
function referencesOf({ source, steps }: PlanDataset): readonly { readonly pointer: string; readonly name: string }[] {
  const compared = steps.flatMap((step, at) =>
    step.kind !== 'decontaminate'
      ? []
      : step.against.flatMap((set, i) =>
          set.kind === 'dataset' ? [{ pointer: `/steps/${at}/against/${i}/dataset`, name: set.dataset }] : [],
        ),
  );
  switch (source.kind) {
    case 'dataset':
      return [{ pointer: '/source/dataset', name: source.dataset }, ...compared];
    case 'generate':
      return [{ pointer: '/source/prompts', name: source.prompts }, ...compared];
    case 'takes':
      return [
        ...source.takes.map(({ dataset }, i) => ({ pointer: `/source/takes/${i}/dataset`, name: dataset })),
        ...compared,
      ];
    default:
      return compared;
  }
}

function validateStep(step: PlanStep, pointer: string, fault: Fault): void {
  if (step.kind !== 'keep' && step.kind !== 'drop') return;
  for (const pattern of patternsOf(step.where)) {
    const compiled = compilePattern(pattern);
    if (typeof compiled === 'string') fault(`${pointer}/where`, `a pattern cannot be used: ${compiled}`);
  }
}

function patternsOf(condition: PlanCondition): readonly string[] {
  return conditionTerms(condition).flatMap((term) => [
    ...(term.kind === 'matches' ? [term.pattern] : []),
    ...termOperands(term).flatMap(patternsIn),
  ]);
}

function patternsIn(operand: PlanOperand): readonly string[] {
  return operand.kind === 'count' ? patternsOf(operand.where) : [];
}
