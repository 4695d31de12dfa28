/**
 * The glob patterns of `local(...)`: `*` is any part of a name, `?` one character, `[abc]` and `[!abc]` a class, `**` any
 * number of folders. Names that begin with a dot match only a pattern that does.
 */
export function hasGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** Whether one file or folder name matches one segment of a pattern (no `/` in either). */
export function segmentMatcher(pattern: string): (name: string) => boolean {
  const expression = new RegExp(`^${translate(pattern)}$`, 'su');
  const showsHidden = pattern.startsWith('.');
  return (name) => (showsHidden || !name.startsWith('.')) && expression.test(name);
}

function translate(pattern: string): string {
  return pattern.replace(
    /\[(!?)([^\]]+)\]|\*+|\?|[\\^$.|+(){}[\]/]/gu,
    (match, negation?: string, members?: string) => {
      if (members !== undefined) return `[${negation ? '^' : ''}${members.replace(/[\\^[\]&~|]/gu, '\\$&')}]`;
      if (match.startsWith('*')) return '.*?';
      return match === '?' ? '.' : `\\${match}`;
    },
  );
}
