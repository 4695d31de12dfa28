/**
 * The language of a file that was taken for a recipe; null for what may be one. Only what cannot be a recipe with mistakes is
 * named: a recipe starts with `recipe NAME`, and has no second line of the same kind.
 */
export function otherFormat(text: string): 'JSON' | 'YAML' | 'TOML' | null {
  const lines = firstLines(text);
  const [first, second] = lines;
  if (first === undefined || /^recipe\s+[A-Za-z_]/.test(first)) return null;
  if (/^\[{1,2}[\w."-]+\]{1,2}$/.test(first)) return 'TOML';
  if (/^\{\s*("|\}|$)/.test(first) || /^\[\s*[{["\d\]]/.test(first)) return 'JSON';
  const isYaml = (line: string) => /^(?:- )?["']?[\w.-]+["']?:(?: |$)|^- /.test(line);
  if (/^---(\s|$)/.test(first)) return 'YAML';
  return isYaml(first) && second !== undefined && isYaml(second) ? 'YAML' : null;
}

/** The first two lines that say something, without blanks around them. */
function firstLines(text: string): readonly string[] {
  const found: string[] = [];
  for (const line of text
    .slice(0, 4096)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)) {
    const said = line.trim();
    if (said !== '' && !said.startsWith('#')) found.push(said);
    if (found.length === 2) break;
  }
  return found;
}
