/** A `\` and what follows it that JSON does not know; `offset` counts from the opening quote, in UTF-16 units. */
export interface InvalidEscape {
  readonly escape: string;
  readonly offset: number;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|u|[\s\S])/g;

/** The escapes of a quoted string (quotes included) that JSON does not have. */
export function invalidEscapes(image: string): InvalidEscape[] {
  const invalid: InvalidEscape[] = [];
  for (const match of image.matchAll(ESCAPE)) {
    if (match[0].length === 6 || Object.hasOwn(ESCAPES, match[0][1]!)) continue;
    // A character outside the basic plane is two units: show it whole.
    const written = `\\${String.fromCodePoint(image.codePointAt(match.index + 1)!)}`;
    invalid.push({ escape: written, offset: match.index });
  }
  return invalid;
}

/** The text of a quoted string: quotes off, JSON escapes resolved. */
export function stringValue(image: string): string {
  return image
    .slice(1, -1)
    .replace(ESCAPE, (written) =>
      written.length === 6
        ? String.fromCharCode(Number.parseInt(written.slice(2), 16))
        : (ESCAPES[written[1]!] ?? written),
    );
}

/**
 * The text of a `"""` literal: the first and the last newline are not part of it, and the closing line's indent is removed
 * from every line (as much of it as a line has). CRLF counts as LF.
 */
export function textValue(image: string): string {
  const lines = image.slice(3, -3).replaceAll('\r\n', '\n').split('\n');
  if (lines.length === 1) return lines[0]!;
  const last = lines.at(-1)!;
  const indent = /^[ \t]*$/.test(last) ? last : '';
  if (indent !== '' || last === '') lines.pop();
  if (lines[0] === '') lines.shift();
  return lines.map((line) => line.slice(commonPrefix(line, indent))).join('\n');
}

function commonPrefix(line: string, indent: string): number {
  let length = 0;
  while (length < indent.length && line[length] === indent[length]) length++;
  return length;
}
