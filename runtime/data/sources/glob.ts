/**
 * The glob patterns of `local(...)`: `*` is any part of a name, `?` one character, `[abc]` and `[!abc]` a class, `**` any
 * number of folders. Names that begin with a dot match only a pattern that does.
 */
export function hasGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * Whether one file or folder name matches one segment of a pattern (no `/` in either). Takes time of name times pattern at
 * most: a recipe may come from anyone, and a regular expression with many `*` takes time without bound.
 */
export function segmentMatcher(pattern: string): (name: string) => boolean {
  const parts = partsOf(pattern);
  const showsHidden = pattern.startsWith('.');
  return (name) => (showsHidden || !name.startsWith('.')) && matches(parts, [...name]);
}

/** A test of one character, or `any` number of characters. */
type Part = ((character: string) => boolean) | 'any';

function partsOf(pattern: string): readonly Part[] {
  return Array.from(pattern.matchAll(/\[(!?)([^\]]+)\]|\*+|./gsu), ([text, negation, members]): Part => {
    if (members !== undefined) return classOf(members, negation === '!');
    if (text.startsWith('*')) return 'any';
    return text === '?' ? () => true : (character) => character === text;
  });
}

/** `a-z` is a range by code points, empty when its ends are the wrong way round; a `-` at either end is itself. */
function classOf(members: string, negated: boolean): (character: string) => boolean {
  const ranges = Array.from(members.matchAll(/(.)-(.)|./gsu), ([single, from, to]) => [from ?? single, to ?? single]);
  const codes = ranges.map(([from, to]) => [from!.codePointAt(0)!, to!.codePointAt(0)!] as const);
  return (character) => {
    const code = character.codePointAt(0)!;
    return codes.some(([from, to]) => from <= code && code <= to) !== negated;
  };
}

/** Only the last `any` is ever tried again, one character further: what stands before it matches as early as it can. */
function matches(parts: readonly Part[], characters: readonly string[]): boolean {
  let part = 0;
  let retryPart = -1;
  let retryAt = 0;
  for (let at = 0; at < characters.length; ) {
    const test = parts[part];
    if (test === 'any') {
      retryPart = ++part;
      retryAt = at;
    } else if (test?.(characters[at]!)) {
      part++;
      at++;
    } else if (retryPart >= 0) {
      part = retryPart;
      at = ++retryAt;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === 'any');
}
