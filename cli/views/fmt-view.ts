/** What `smol fmt` did, or would do, with one file. */
export interface FormattedFile {
  readonly path: string;
  readonly outcome: 'unchanged' | 'changed' | 'refused';
}

/** The lines of `smol fmt`: changed files by name, and a closing line. */
export function showFormatted(files: readonly FormattedFile[], checkOnly: boolean): string {
  const changed = files.filter(({ outcome }) => outcome === 'changed');
  const refused = files.filter(({ outcome }) => outcome === 'refused').length;
  const verb = checkOnly ? 'would be formatted' : 'formatted';
  const lines = changed.map(({ path }) => `${path}: ${verb}\n`);
  const same = files.length - changed.length - refused;
  const counts = [
    changed.length > 0 ? `${changed.length} ${verb}` : '',
    same > 0 ? `${same} already formatted` : '',
    refused > 0 ? `${refused} left alone, with syntax errors` : '',
  ].filter(Boolean);
  return lines.join('') + (files.length > 1 || changed.length === 0 ? `${counts.join(', ')}\n` : '');
}
