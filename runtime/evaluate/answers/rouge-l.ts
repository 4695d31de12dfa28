/**
 * ROUGE-L (Lin 2004): F1 of the longest common subsequence of words, 0 to 1. Words are runs of letters and digits, in lower
 * case, without stemming (for ASCII text the same as the package `rouge-score`).
 */
export function rougeL(written: string, right: string): number {
  const [a, b] = [wordsOf(written), wordsOf(right)];
  const common = commonSubsequence(a, b);
  if (common === 0) return 0;
  const [precision, recall] = [common / a.length, common / b.length];
  return (2 * precision * recall) / (precision + recall);
}

/** The best over several right texts. */
export function bestRougeL(written: string, right: readonly string[]): number {
  return Math.max(...right.map((text) => rougeL(written, text)));
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Its length, with two rows of the table at a time. */
function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  let before = new Uint32Array(b.length + 1);
  for (const word of a) {
    const row = new Uint32Array(b.length + 1);
    for (let j = 1; j <= b.length; j++) {
      row[j] = word === b[j - 1] ? before[j - 1]! + 1 : Math.max(before[j]!, row[j - 1]!);
    }
    before = row;
  }
  return before[b.length]!;
}
