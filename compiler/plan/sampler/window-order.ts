import { keyedPermutation, type Permutation } from './permutation.ts';

/** A place in a dataset: which reading of it, which place in that reading, and the window that stands there. */
export interface WindowPlace {
  readonly epoch: number;
  readonly place: number;
  readonly window: number;
}

export interface WindowRequest {
  readonly datasetId: string;
  /** 0-based count of the dataset's sequences since the run's start, in sequences of this length. */
  readonly draw: number;
  /** Windows of this length that the dataset holds; at least 1. */
  readonly windows: number;
  /** Tokens predicted per window. */
  readonly sequence: number;
  readonly order: 'shuffled' | 'sequential';
}

/** Datasets x epochs whose key schedules are kept; a batch seldom touches more. */
const KEPT_PERMUTATIONS = 256;

/**
 * Where the draws of a run's datasets stand. Epoch e = floor(draw / windows), place j = draw mod windows; a shuffled dataset
 * has window pi_e(j), pi_e a permutation keyed by seed, dataset id, sequence length and epoch. The answer depends on the
 * arguments alone; the function only remembers key schedules, a bounded number of them.
 */
export function createWindowOrder(seed: number): (request: WindowRequest) => WindowPlace {
  const permutations = new Map<string, Permutation>();
  return ({ datasetId, draw, windows, sequence, order }) => {
    if (!Number.isSafeInteger(draw) || draw < 0) throw new RangeError(`draws count from 0, but the draw is ${draw}`);
    if (!Number.isSafeInteger(windows) || windows < 1)
      throw new RangeError(`a dataset of ${windows} windows cannot be read`);
    const epoch = Math.floor(draw / windows);
    const place = draw % windows;
    if (order === 'sequential') return { epoch, place, window: place };
    const key = JSON.stringify(['smol windows', seed, datasetId, sequence, epoch]);
    const known = `${windows} ${key}`;
    let permutation = permutations.get(known);
    if (permutation === undefined) {
      if (permutations.size >= KEPT_PERMUTATIONS) permutations.clear();
      permutation = keyedPermutation(windows, key);
      permutations.set(known, permutation);
    }
    return { epoch, place, window: permutation(place) };
  };
}

/** One place without a run around it; see `createWindowOrder`, which is the one to use for many. */
export function windowOf(
  datasetId: string,
  draw: number,
  windows: number,
  sequence: number,
  seed: number,
  order: 'shuffled' | 'sequential',
): WindowPlace {
  return createWindowOrder(seed)({ datasetId, draw, windows, sequence, order });
}
