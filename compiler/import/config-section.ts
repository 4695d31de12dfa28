import type Fraction from 'fraction.js';
import type { Span } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/import.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { isYamlNull, type YamlMap, type YamlNode } from './yaml-node.ts';
import { type NumberFault, readYamlNumber } from './yaml-number.ts';

/** What reading a configuration gathers. */
export interface ReadingNotes {
  readonly collector: DiagnosticCollector;
  /** Numbers that are texts to YAML 1.1. */
  readonly textNumbers: {
    readonly written: string;
    readonly isQuoted: boolean;
    readonly value: Fraction;
    readonly span: Span;
  }[];
  /** What a default of the other program was written for, by key. */
  readonly defaults: { readonly key: string; readonly value: string; readonly span: Span }[];
  /** Keys that a recipe has no place for, by the reason. */
  readonly leftOut: Map<string, { readonly key: string; readonly span: Span }[]>;
}

/** A block of keys. One that is not there is an empty one, so that what is missing in it is told. */
export interface ConfigSection {
  /** `tokens`, `optimizer.optimizer_factory`; empty for the whole file. */
  readonly path: string;
  /** Where it is opened: the place of what is missing in it. */
  readonly span: Span;
  readonly map: YamlMap;
  readonly notes: ReadingNotes;
}

/** Keeps in mind that a key has no place in a recipe, and why. */
export function leaveOut({ leftOut }: ReadingNotes, why: string, key: string, span: Span): void {
  const places = leftOut.get(why) ?? [];
  leftOut.set(why, places);
  places.push({ key, span });
}

/** What was gathered in the order of the files, whatever the order of reading; their names are compared as diagnostics are. */
export function inOrder<T extends { readonly span: Span }>(gathered: readonly T[]): readonly T[] {
  const byFile = (a: Span, b: Span) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start);
  return gathered.toSorted((a, b) => byFile(a.span, b.span));
}

/** A value with the place where it is written. */
export interface Placed<T> {
  readonly value: T;
  readonly span: Span;
}

/** The section under a key. What is no map is an error, and reads as an empty one. */
export function sectionOf(parent: ConfigSection, key: string): ConfigSection {
  const entry = parent.map.entries.get(key);
  const nothing: YamlMap = { kind: 'map', entries: new Map(), span: parent.span };
  const section = { path: pathOf(parent, key), span: entry?.keySpan ?? parent.span, notes: parent.notes };
  if (entry === undefined || isYamlNull(entry.value)) return { ...section, map: nothing };
  if (entry.value.kind === 'map') return { ...section, map: entry.value };
  refuseType(parent, key, entry.value, 'a block of keys');
  return { ...section, map: nothing };
}

/** The blocks of a list under a key, named `key[0]`, `key[1]` and so on; what is none of them is an error, and left out. */
export function itemsOf(parent: ConfigSection, key: string): readonly ConfigSection[] {
  const node = nodeOf(parent, key);
  if (node === null) return [];
  if (node.kind !== 'list') {
    refuseType(parent, key, node, 'a list');
    return [];
  }
  return node.items.flatMap((item, index) => {
    const name = `${key}[${index}]`;
    if (item.kind === 'map') return [{ path: pathOf(parent, name), span: item.span, map: item, notes: parent.notes }];
    refuseType(parent, name, item, 'a block of keys');
    return [];
  });
}

/** `optimizer.weight_decay` for a key of `optimizer`. */
export function pathOf({ path }: ConfigSection, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** The value of a key as it stands; null where there is none. */
export function nodeOf({ map }: ConfigSection, key: string): YamlNode | null {
  const value = map.entries.get(key)?.value;
  return value === undefined || isYamlNull(value) ? null : value;
}

/** Where a key stands; the section itself where it is missing. */
export function spanOfKey({ map, span }: ConfigSection, key: string): Span {
  return map.entries.get(key)?.keySpan ?? span;
}

/** A number that is not negative; null where it is missing or wrong (then it is told). */
export function numberOf(section: ConfigSection, key: string): Placed<Fraction> | null {
  const node = nodeOf(section, key);
  return node === null ? null : readNumber(section, key, node, 'a number');
}

/** The number of 0 or more that a node under a key holds, in the words of what belongs there, which may be `least` or more. */
export function readNumber(
  section: ConfigSection,
  key: string,
  node: YamlNode,
  wanted: string,
  least: 0 | 1 = 0,
): Placed<Fraction> | null {
  if (node.kind !== 'scalar') return refuseType(section, key, node, wanted);
  const number = readYamlNumber(node);
  if (typeof number === 'string') return refuseType(section, key, node, wantedNumber(number, wanted));
  if (number.value.s < 0n && number.value.n !== 0n)
    return refuseType(section, key, node, `${wanted} of ${least} or more`);
  if (number.isText) {
    const { text: written, quoted: isQuoted, span } = node;
    section.notes.textNumbers.push({ written, isQuoted, value: number.value, span });
  }
  return { value: number.value, span: node.span };
}

function wantedNumber(fault: NumberFault, wanted: string): string {
  if (fault === 'other base') return `${wanted} in decimals (YAML 1.1 counts this one in another base)`;
  return fault === 'size' ? `${wanted} of some size` : wanted;
}

/** A whole number of at least `least`, as far as numbers are exact. */
export function wholeOf(section: ConfigSection, key: string, least: 0 | 1 = 1): Placed<number> | null {
  const node = nodeOf(section, key);
  const wanted = 'a whole number';
  const number = node === null ? null : readNumber(section, key, node, wanted, least);
  if (node === null || number === null) return null;
  const value = number.value.valueOf();
  if (number.value.d !== 1n || !Number.isSafeInteger(value)) return refuseType(section, key, node, wanted);
  if (value < least) return refuseType(section, key, node, `${wanted} of ${least} or more`);
  return { value, span: number.span };
}

/** A text that is not empty. */
export function textOf(section: ConfigSection, key: string): Placed<string> | null {
  const node = nodeOf(section, key);
  if (node === null) return null;
  if (node.kind !== 'scalar') return refuseType(section, key, node, 'a text');
  const { length } = node.text;
  if (length === 0) return refuseType(section, key, node, 'a text that is not empty');
  if (length > mostText) return refuseType(section, key, node, `a text of at most ${mostText} characters`);
  return { value: node.text, span: node.span };
}

/** Longer texts are no names or paths. */
const mostText = 4096;

/** `true` or `false`, in the words that YAML 1.1 has for them. */
export function flagOf(section: ConfigSection, key: string): Placed<boolean> | null {
  const node = nodeOf(section, key);
  if (node === null) return null;
  const word = node.kind === 'scalar' && !node.quoted ? node.text.toLowerCase() : '';
  if (!/^(true|yes|on|false|no|off)$/.test(word)) return refuseType(section, key, node, '`true` or `false`');
  return { value: /^(true|yes|on)$/.test(word), span: node.span };
}

/** One of some words. */
export function wordOf<Word extends string>(
  section: ConfigSection,
  key: string,
  words: readonly Word[],
): Placed<Word> | null {
  const node = nodeOf(section, key);
  if (node === null) return null;
  const word = words.find((each) => node.kind === 'scalar' && each === node.text);
  const last = words.at(-1)!;
  const others = words.slice(0, -1).map((each) => `\`${each}\``);
  const wanted = others.length === 0 ? `\`${last}\`` : `${others.join(', ')} or \`${last}\``;
  return word === undefined ? refuseType(section, key, node, wanted) : { value: word, span: node.span };
}

/** The same value, after saying so where the key is missing. */
export function required<T>(section: ConfigSection, key: string, value: Placed<T> | null): Placed<T> | null {
  if (value === null && nodeOf(section, key) === null) {
    // The whole file has no line of its own to point at.
    const isInBlock = section.span.end > section.span.start;
    section.notes.collector.add(diagnose(rows.missingKey, section.span, { key: pathOf(section, key), isInBlock }));
  }
  return value;
}

/** The value, or the default of the other program, which is then told in the words given. */
export function withDefault<T>(
  section: ConfigSection,
  key: string,
  value: Placed<T> | null,
  other: T,
  words: string,
): T {
  if (value !== null) return value.value;
  if (nodeOf(section, key) === null) section.notes.defaults.push({ key, value: words, span: section.span });
  return other;
}

/** Tells that a value under a key is none of what belongs there. */
export function refuseType(section: ConfigSection, key: string, node: YamlNode, wanted: string): null {
  const data = { key: pathOf(section, key), written: nodeWords(node), wanted };
  section.notes.collector.add(diagnose(rows.wrongType, node.span, data));
  return null;
}

/** What a node is, in a message. */
export function nodeWords(node: YamlNode): string {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a block of keys';
  if (isYamlNull(node)) return 'empty';
  const text = node.text.length > 60 ? `${node.text.slice(0, 57)}…` : node.text;
  return node.quoted ? `the text \`${JSON.stringify(text)}\`` : `\`${text.replaceAll('`', "'")}\``;
}
