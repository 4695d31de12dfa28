import type { Span } from '../../grammar/index.ts';

/** A value of a YAML document with its place. An alias is the node that it names, so that one node may stand in several places. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  readonly kind: 'scalar';
  /** As it means, without quotes and escapes. */
  readonly text: string;
  /** In quotes, a block of text, or tagged as a text: no number, truth value or null. */
  readonly quoted: boolean;
  readonly span: Span;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly span: Span;
}

export interface YamlMap {
  readonly kind: 'map';
  /** In the order of the file. */
  readonly entries: ReadonlyMap<string, YamlEntry>;
  readonly span: Span;
}

export interface YamlEntry {
  readonly keySpan: Span;
  readonly value: YamlNode;
}

/** Whether a node says that there is no value: `null`, `~` or nothing at all. */
export function isYamlNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && !node.quoted && /^(|~|null|Null|NULL)$/.test(node.text);
}
