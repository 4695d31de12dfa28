import { createHash } from 'node:crypto';

/** Says which rows are kept out of training. */
export type HoldoutRule = (text: string) => boolean;

/**
 * A row's place in the draw: a hash of its text alone. So the held-out rows do not depend on the order of rows or files, on
 * the run's seed, or on how many are held out (a larger holdout holds the smaller), and equal rows go to the same side.
 */
function rank(text: string): string {
  return createHash('sha256').update('smol holdout\0').update(text).digest('hex');
}

/** Chooses held-out rows: the ones of lowest rank. Memory grows with the rows held out, not with the dataset. */
export interface HoldoutChooser {
  see(text: string): void;
  /**
   * The rule that holds out the fewest lowest ranks with at least `rows` rows; more than `rows` only where equal rows share a
   * rank. `heldOut` is how many of the seen rows that is.
   */
  choose(): { readonly rule: HoldoutRule; readonly heldOut: number };
}

export function createHoldoutChooser(rows: number): HoldoutChooser {
  const counts = new Map<string, number>();
  /** Ranks above this one can no longer be among the lowest `rows`. */
  let ceiling: string | null = null;
  const lowest = () => [...counts.keys()].sort().slice(0, rows);
  const trim = () => {
    const kept = new Set(lowest());
    for (const each of counts.keys()) if (!kept.has(each)) counts.delete(each);
    ceiling = [...kept].at(-1) ?? null;
  };
  return {
    see(text) {
      if (rows === 0) return;
      const own = rank(text);
      if (ceiling !== null && own > ceiling) return;
      counts.set(own, (counts.get(own) ?? 0) + 1);
      if (counts.size > 2 * rows + 1024) trim();
    },
    choose() {
      const chosen = new Set<string>();
      let heldOut = 0;
      for (const each of lowest()) {
        if (heldOut >= rows) break;
        chosen.add(each);
        heldOut += counts.get(each)!;
      }
      return { rule: (text) => chosen.size > 0 && chosen.has(rank(text)), heldOut };
    },
  };
}
