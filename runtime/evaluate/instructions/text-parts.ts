/** Words: runs of letters, digits and underscores, with apostrophes inside. */
export function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_]+(?:['’][\p{L}\p{N}_]+)*/gu) ?? [];
}

/** Sentences, by their end marks; IFEval itself asks a trained splitter, which knows abbreviations. */
export function sentencesOf(text: string): readonly string[] {
  return text.split(/(?<=[.!?…])["'”’)]*\s+|\n+/u).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

/** Times that a word occurs as a whole word, in any case. */
export function countOf(word: string, text: string): number {
  const wanted = word.toLowerCase();
  const inside = text.toLowerCase();
  let count = 0;
  for (let at = inside.indexOf(wanted); at >= 0 && wanted !== ''; at = inside.indexOf(wanted, at + wanted.length)) {
    const isLetter = (index: number) => /[\p{L}\p{N}_]/u.test(inside.charAt(index));
    if (!isLetter(at - 1) && !isLetter(at + wanted.length)) count++;
  }
  return count;
}
