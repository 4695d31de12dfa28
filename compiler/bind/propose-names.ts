import { nearNames } from '../diagnostics/near-names.ts';

/** Comparing every wrong name with every right one takes the product of their numbers: beyond this nothing is proposed. */
const mostCandidates = 300;

/** The names that a misspelt one most likely meant; none in files with more names than people write by hand. */
export function proposeNames(written: string, candidates: Iterable<string>): readonly string[] {
  const known: string[] = [];
  for (const name of candidates) {
    if (known.length === mostCandidates) return [];
    known.push(name);
  }
  return nearNames(written, known);
}
