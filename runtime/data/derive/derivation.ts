import type { PlanDataset } from '../../../compiler/plan/index.ts';
import { stepText } from '../../../compiler/plan/index.ts';
import type { DerivationStep } from './derivation-step.ts';
import { languageDetector } from './detect-language.ts';
import { asksFor } from './read-columns.ts';
import { choiceOf } from './row-choice.ts';

/** The way of rows from files, or from takes, into a dataset. */
export interface Derivation {
  /** What is read: the dataset itself where it derives from none. */
  readonly root: PlanDataset;
  /** Steps from the root's to the dataset's own; rows that a dataset on the way holds out come into none derived from it. */
  readonly steps: readonly DerivationStep[];
}

export function derivationOf(dataset: PlanDataset, datasets: readonly PlanDataset[]): Derivation {
  const line = [dataset];
  for (let { source } = dataset; source.kind === 'dataset'; { source } = line[0]!)
    line.unshift(datasetNamed(source.dataset, datasets));
  const steps = line.flatMap((each) => [
    ...ownSteps(each, datasets),
    ...(each === dataset || each.holdout_rows === 0
      ? []
      : [{ dataset: each, work: { kind: 'holdout', rows: each.holdout_rows } } as const]),
  ]);
  return { root: line[0]!, steps };
}

/** The steps that stand in a dataset. */
export function ownSteps(dataset: PlanDataset, datasets: readonly PlanDataset[]): readonly DerivationStep[] {
  return dataset.steps.map((step, index) => {
    const choice = choiceOf(dataset, index, datasets);
    return { dataset, work: { kind: 'step', step, choice } };
  });
}

/** The dataset of a name; plans have all that they name. */
export function datasetNamed(name: string, datasets: readonly PlanDataset[]): PlanDataset {
  return datasets.find((dataset) => dataset.name === name)!;
}

/** What decides, besides the root's rows and the sets to compare with, which rows come through: for the key of a cache. */
export function derivationIdentity(steps: readonly DerivationStep[], seed: number): readonly unknown[] {
  return steps.map(({ dataset, work }) => {
    const { name, max_malformed } = dataset;
    if (work.kind === 'holdout') return [name, 'holdout', work.rows];
    const detector = asksFor(work.step, 'language') ? [languageDetector] : [];
    return [name, max_malformed, stepText(work.step), work.choice, seed, ...detector];
  });
}
