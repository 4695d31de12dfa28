import { escapeUnread } from './escape-unread.ts';
import { yamlFloat } from './yaml-float.ts';

/** What a configuration of another program is made of. A JavaScript number is a whole number; others are given with `float`. */
export type YamlValue =
  | null
  | boolean
  | number
  | string
  | YamlFloat
  | YamlNoted
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue };

interface YamlFloat {
  readonly $float: number;
}

interface YamlNoted {
  readonly $value: YamlValue;
  readonly $note: string;
}

/** A number that the reader takes as a fraction, whatever its value is. */
export function float(value: number): YamlFloat {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number that YAML could hold`);
  return { $float: value };
}

/** A value with a comment on the lines above it. */
export function noted(note: string, value: YamlValue): YamlNoted {
  return { $note: note, $value: value };
}

/**
 * A YAML document that YAML 1.1 and 1.2 read alike: every text is quoted, and every fraction has a point and, where it has
 * an exponent, its sign (`2.0e-05`; `2e-5` is a text to YAML 1.1). `head` are comment lines at its top.
 */
export function configYaml(head: readonly string[], value: { readonly [key: string]: YamlValue }): string {
  return [...head.map(commentLine), ...mapLines(value, '')].map((line) => `${line}\n`).join('');
}

function commentLine(text: string): string {
  return text === '' ? '#' : `# ${text}`;
}

function mapLines(map: { readonly [key: string]: YamlValue }, indent: string): readonly string[] {
  return Object.entries(map).flatMap(([key, value]) => entryLines(`${indent}${key}:`, value, indent));
}

/** Lines of a value after what stands before it on its first line (`key:` or `-`). */
function entryLines(before: string, value: YamlValue, indent: string): readonly string[] {
  if (isNoted(value)) {
    const comments = value.$note.split('\n').map((line) => `${indent}${commentLine(line)}`);
    return [...comments, ...entryLines(before, value.$value, indent)];
  }
  if (isList(value)) return value.length === 0 ? [`${before} []`] : [before, ...listLines(value, `${indent}  `)];
  if (isMap(value))
    return Object.keys(value).length === 0 ? [`${before} {}`] : [before, ...mapLines(value, `${indent}  `)];
  return [`${before} ${scalar(value)}`];
}

function listLines(list: readonly YamlValue[], indent: string): readonly string[] {
  return list.flatMap((item) => {
    if (!isMap(item)) return entryLines(`${indent}-`, item, indent);
    const lines = mapLines(item, `${indent}  `);
    const [first, ...others] = lines;
    if (first === undefined) return [`${indent}- {}`];
    // A comment cannot stand behind the dash.
    if (first.trimStart().startsWith('#')) return [`${indent}-`, ...lines];
    return [`${indent}- ${first.slice(indent.length + 2)}`, ...others];
  });
}

function scalar(value: null | boolean | number | string | YamlFloat): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'object') return yamlFloat(value.$float);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError(`${value} is no whole number: give it as a float`);
  }
  return String(value);
}

/** JSON's escapes are YAML's. */
function quoted(text: string): string {
  return escapeUnread(JSON.stringify(text));
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function isNoted(value: YamlValue): value is YamlNoted {
  return typeof value === 'object' && value !== null && '$note' in value;
}

function isMap(value: YamlValue): value is { readonly [key: string]: YamlValue } {
  return typeof value === 'object' && value !== null && !isList(value) && !('$float' in value) && !isNoted(value);
}
