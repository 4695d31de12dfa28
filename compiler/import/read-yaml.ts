import type { Document, Node, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Span } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/import.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { SourceText } from '../source.ts';
import type { YamlEntry, YamlNode } from './yaml-node.ts';

/** A configuration has a few thousand characters; with long lists of datasets, some ten thousand. */
const mostCharacters = 1 << 18;
const mostDepth = 64;
/** Values with those that aliases repeat: readers go through a list once for each place where it stands. */
const mostValues = 1 << 16;
/** Open brackets, and dashes on a line, that are given to the parser at all: its time and memory grow with the square of them. */
const mostOpen = 500;
/** A text that is no YAML has a mistake in every line: the first ones say it. */
const mostMistakes = 3;

/**
 * Reads a YAML document; null where it cannot be read (a diagnostic says why). Every scalar stays a text, since how a number is
 * written matters to whoever reads it next. Nothing is constructed and no alias is copied, so reading takes time and memory in
 * proportion to the text.
 */
export async function readYaml(source: SourceText, collector: DiagnosticCollector): Promise<YamlNode | null> {
  const { text } = source;
  const refuse = (fault: rows.YamlFault, start = 0, end = start) => {
    collector.add(diagnose(rows.yamlRefused, { file: source.file, start, end }, { fault }));
    return null;
  };
  if (text.length > mostCharacters) return refuse({ kind: 'size', most: mostCharacters });
  // By its default: a bundle gives a CommonJS package that is imported at run time no other name.
  const { default: yaml } = await import('yaml');
  const document = isSteep(text) ? 'too deep' : parseText(text, yaml);
  const isTooDeep = document === 'too deep' || document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (isTooDeep) return refuse({ kind: 'depth', most: mostDepth });
  for (const { code, pos } of document.errors.slice(0, mostMistakes)) {
    const line = text.indexOf('\n', pos[0]);
    const end = Math.max(pos[0], Math.min(pos[1], line === -1 ? text.length : line));
    const span = { file: source.file, start: pos[0], end };
    collector.add(diagnose(rows.notYaml, span, { mistake: mistakes[code] ?? null }));
  }
  if (document.errors.length > 0) return null;
  if (document.contents === null) {
    return { kind: 'scalar', text: '', quoted: false, span: { file: source.file, start: 0, end: 0 } };
  }
  return convert(document.contents, { file: source.file, collector, yaml, anchors: new Map(), values: 0 }, 0);
}

/** Whether a text opens more brackets than it closes, or nests more lists and keys on a line, than any configuration does. */
function isSteep(text: string): boolean {
  let open = 0;
  for (const line of text.split('\n')) {
    const bare = line.replace(/(^|\s)#.*/, '');
    for (const bracket of bare.match(/[[\]{}]/g) ?? []) {
      open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
      if (open > mostOpen) return true;
    }
    if ((bare.match(/[-?:](?=\s|$)/g)?.length ?? 0) > mostOpen) return true;
  }
  return false;
}

type YamlPackage = typeof import('yaml');

function parseText(text: string, yaml: YamlPackage): Document.Parsed<ParsedNode, false> | 'too deep' {
  try {
    return yaml.parseDocument<ParsedNode, false>(text, {
      schema: 'failsafe',
      resolveKnownTags: false,
      merge: false,
      // Compared one by one, they would take time in the square of their number.
      uniqueKeys: false,
      prettyErrors: false,
    });
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) return 'too deep';
    throw error;
  }
}

/** What the parser's codes mean; others have no more to say than that the text is wrong there. */
const mistakes: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation does not fit the lines above',
  TAB_AS_INDENT: 'a tab stands where YAML takes spaces only',
  MISSING_CHAR: 'a bracket, a quote, a comma or a space is missing',
  BAD_SCALAR_START: 'a text cannot begin with this character without quotes',
  BAD_DQ_ESCAPE: 'there is no such escape',
  BLOCK_AS_IMPLICIT_KEY: 'a second `:` stands on one line',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines',
  KEY_OVER_1024_CHARS: 'a key is too long',
  MULTIPLE_DOCS: 'a second document begins',
  BAD_ALIAS: 'an alias names nothing above it',
  UNEXPECTED_TOKEN: 'nothing like this can stand here',
};

interface Conversion {
  readonly file: string;
  readonly collector: DiagnosticCollector;
  readonly yaml: YamlPackage;
  /** By name, as far as they are known where an alias stands: an alias inside its own anchor is none, so there are no circles. */
  readonly anchors: Map<string, { readonly node: YamlNode; readonly values: number }>;
  /** Read so far, those of aliases counted again. */
  values: number;
}

function convert(node: Node, conversion: Conversion, depth: number): YamlNode | null {
  const span = spanOf(node, conversion.file);
  if (depth > mostDepth) return refuse(conversion, span, { kind: 'depth', most: mostDepth });
  if (conversion.yaml.isAlias(node)) {
    return convertAlias(node.source, conversion, span);
  }
  const before = conversion.values;
  conversion.values += 1;
  const tag = tagOf(node);
  if (tag !== null && !plainTags.has(tag))
    return refuse(conversion, span, { kind: 'tag', tag: node.tag!.replace(standardTag, '!!') });
  const converted = conversion.yaml.isMap(node)
    ? convertMap(node, conversion, span, depth)
    : conversion.yaml.isSeq(node)
      ? convertList(node, conversion, span, depth)
      : convertScalar(node as Scalar, span, tag);
  const anchor = (node as { anchor?: string }).anchor;
  if (converted !== null && anchor !== undefined) {
    conversion.anchors.set(anchor, { node: converted, values: conversion.values - before });
  }
  return converted;
}

function convertAlias(name: string, conversion: Conversion, span: Span): YamlNode | null {
  const named = conversion.anchors.get(name);
  if (named === undefined) return refuse(conversion, span, { kind: 'alias', name });
  const isTold = conversion.values > mostValues;
  conversion.values += named.values;
  if (conversion.values <= mostValues) return named.node;
  return isTold ? null : refuse(conversion, span, { kind: 'repeated', name, most: mostValues });
}

function convertScalar(node: Scalar, span: Span, tag: string | null): YamlNode {
  // `!!int "5"` is the number, as `!!str 5` is the text.
  const quoted = tag === null ? node.type !== 'PLAIN' : tag === 'str';
  return { kind: 'scalar', text: String(node.value ?? ''), quoted, span };
}

function convertList(node: YAMLSeq, conversion: Conversion, span: Span, depth: number): YamlNode | null {
  const items = node.items.map((item) => convert(item as Node, conversion, depth + 1));
  return items.includes(null) ? null : { kind: 'list', items: items as YamlNode[], span };
}

function convertMap(node: YAMLMap, conversion: Conversion, span: Span, depth: number): YamlNode | null {
  const entries = new Map<string, YamlEntry>();
  let isWhole = true;
  for (const { key, value } of node.items as readonly Pair<Node, Node | null>[]) {
    const keySpan = spanOf(key, conversion.file);
    const name = keyName(key, conversion.yaml);
    const known = name === null ? undefined : entries.get(name);
    if (name === null || name === '<<') {
      refuse(conversion, keySpan, { kind: name === null ? 'key' : 'merge' });
    } else if (known !== undefined) {
      const related = [{ span: known.keySpan, label: 'first here' }];
      conversion.collector.add(diagnose(rows.duplicateKey, keySpan, { key: name }, { related }));
    } else {
      const after = { ...keySpan, start: keySpan.end };
      const nothing: YamlNode = { kind: 'scalar', text: '', quoted: false, span: after };
      const converted = value === null ? nothing : convert(value, conversion, depth + 1);
      if (converted !== null) {
        entries.set(name, { keySpan, value: converted });
        continue;
      }
    }
    isWhole = false;
  }
  return isWhole ? { kind: 'map', entries, span } : null;
}

/** The text of a key; null where it is none. */
function keyName(key: Node, yaml: YamlPackage): string | null {
  return yaml.isScalar(key) && tagOf(key) === null ? String(key.value ?? '') : null;
}

function refuse({ collector }: Conversion, span: Span, fault: rows.YamlFault): null {
  collector.add(diagnose(rows.yamlRefused, span, { fault }));
  return null;
}

/** Tags that say what a value is by itself in any case; others would construct something. */
const plainTags: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq']);
const standardTag = 'tag:yaml.org,2002:';

/** A written tag, a standard one by its last word; null without one. */
function tagOf(node: Node): string | null {
  const { tag } = node as { tag?: string };
  if (tag === undefined || tag === '!') return null;
  return tag.startsWith(standardTag) ? tag.slice(standardTag.length) : tag;
}

function spanOf(node: Node, file: string): Span {
  const [start, end] = node.range ?? [0, 0];
  return { file, start, end };
}
