/** How many names a message proposes at most. */
const proposals = 3;
/** Names longer than this are not compared: a pasted kilobyte is no misspelling. */
const longestCompared = 64;

/**
 * The names that a misspelt one most likely meant, nearest first, at most three.
 *
 * A third of the letters may be wrong (insertions, deletions, substitutions, swaps of neighbours; at least one, in names of
 * two letters none). The same words in another order (`lr_min` for `min_lr`) and another case count as near.
 */
export function nearNames(written: string, candidates: Iterable<string>): readonly string[] {
  if (written.length > longestCompared) return [];
  const allowed = written.length <= 2 ? 0 : Math.max(1, Math.floor(written.length / 3));
  const near: { name: string; distance: number }[] = [];
  for (const name of new Set(candidates)) {
    if (name === written || Math.abs(name.length - written.length) > Math.max(allowed, 4)) continue;
    const distance = nameDistance(written, name);
    if (distance <= allowed) near.push({ name, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const best = near[0]?.distance ?? 0;
  return near
    .filter((entry) => entry.distance <= best + 1)
    .slice(0, proposals)
    .map((entry) => entry.name);
}

/** "did you mean `a`?", "did you mean `a`, `b` or `c`?"; null when nothing is near. */
export function didYouMean(names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop();
  return `did you mean ${quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`}?`;
}

function nameDistance(written: string, name: string): number {
  const a = written.toLowerCase();
  const b = name.toLowerCase();
  if (a === b || sortedWords(a) === sortedWords(b)) return 0.5;
  if (a.length >= 4 && b.startsWith(a) && b.length - a.length <= 4) return 1;
  return editDistance(a, b);
}

function sortedWords(name: string): string {
  return name.split('_').filter(Boolean).sort().join('_');
}

/** Optimal string alignment distance: Damerau-Levenshtein where no piece is edited twice. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(substitution, last[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
