/** A block with an entry a line; entries that are null, false or empty are left out. The formatter does the rest. */
export function block(head: string, entries: readonly (string | null | false | undefined)[]): string {
  const lines = entries.filter((entry) => typeof entry === 'string' && entry !== '');
  return `${head} {\n${lines.join('\n')}\n}`;
}
