import { createHash } from 'node:crypto';
import { type PlanDataset, sourceDatasets, stepText } from '../../../compiler/plan/index.ts';

/** One past the largest rank. */
export const ranks = 2 ** 48;

/**
 * A row's place in a seeded choice, from 0 up to `ranks`: a hash of the seed, the choice and the row's content alone. Neither the
 * order of rows nor other rows move it, and equal rows go the same way.
 */
export function rankOf(key: string, choice: string, seed: number): number {
  const digest = createHash('sha256').update(`smol sample\0${seed}\0${choice}\0`).update(key).digest();
  return digest.readUIntBE(0, 6);
}

/**
 * What a choice is known by: its step's text, and how often the same step stands before it, in the dataset and in those that it
 * derives from. So two equal steps choose independently of each other, and other steps do not move them.
 */
export function choiceOf(dataset: PlanDataset, index: number, datasets: readonly PlanDataset[]): string {
  const text = stepText(dataset.steps[index]!);
  const before = dataset.steps.slice(0, index).filter((step) => stepText(step) === text).length;
  return `${text}\0${before + inParents(text, dataset, datasets)}`;
}

/** The most that a step stands in what a dataset is made of, along any way. */
function inParents(text: string, { source }: PlanDataset, datasets: readonly PlanDataset[]): number {
  const counts = sourceDatasets(source).map((name) => {
    const parent = datasets.find((each) => each.name === name)!;
    const own = parent.steps.filter((step) => stepText(step) === text).length;
    return own + inParents(text, parent, datasets);
  });
  return Math.max(0, ...counts);
}
