import type {
  Attribute,
  Block,
  Entry,
  Expect,
  Name,
  Range,
  Scaling,
  Share,
  Span,
  Take,
  Verb,
  vocabulary,
} from '../../grammar/index.ts';

/** Who wrote something: the recipe, the chosen profile, or `--set TEXT`. */
export type Layer = 'recipe' | 'profile' | { readonly setting: string };

export interface WrittenAttribute {
  readonly node: Attribute;
  readonly layer: Layer;
}

/** What stands in a block after re-opening; attributes by name, children in order. Values are not evaluated here. */
export interface OpenBlock {
  readonly keyword: vocabulary.BlockName;
  readonly name: Name | null;
  /** The block's head where it was first written. */
  readonly head: Span;
  readonly attributes: ReadonlyMap<string, WrittenAttribute>;
  readonly range: Range | null;
  /** Who wrote the range and the shares. */
  readonly layer: Layer;
  readonly scaling: Scaling | null;
  readonly shares: readonly Share[];
  readonly takes: readonly Take[];
  readonly steps: readonly Verb[];
  readonly expects: readonly Expect[];
  readonly children: readonly OpenBlock[];
  /** Parts of it could not be read, or were refused: what is absent may have been meant. */
  readonly incomplete: boolean;
}

/** Opens a block as it is written, without the nodes that the structure check refused. */
export function openBlock(block: Block, layer: Layer, refused: ReadonlySet<object>): OpenBlock {
  const parts = openEntries(block.entries, layer, refused);
  return {
    ...parts,
    keyword: block.keyword.text,
    name: block.name,
    head: block.headSpan,
    range: block.range,
    layer,
    scaling: block.scaling,
    incomplete: block.incomplete || parts.incomplete,
  };
}

type Parts = Pick<OpenBlock, 'attributes' | 'shares' | 'takes' | 'steps' | 'expects' | 'children' | 'incomplete'>;

/** Sorts entries by what they are. */
export function openEntries(entries: readonly Entry[], layer: Layer, refused: ReadonlySet<object>): Parts {
  const kept = entries.filter((entry) => !refused.has(entry));
  const attributes = new Map<string, WrittenAttribute>();
  // A second block of the same keyword and name was refused: what the first one lacks may stand there.
  const again = entries.filter((entry) => entry.kind === 'block' && refused.has(entry));
  const twice = new Set(again.map((entry) => keyOf(entry as Block)));
  const openChild = (block: Block): OpenBlock => {
    const opened = openBlock(block, layer, refused);
    return twice.has(keyOf(block)) ? { ...opened, incomplete: true } : opened;
  };
  for (const node of kept) if (node.kind === 'attribute') attributes.set(node.name.text, { node, layer });
  return {
    attributes,
    shares: kept.filter((entry) => entry.kind === 'share'),
    takes: kept.filter((entry) => entry.kind === 'take'),
    steps: kept.filter(isStep),
    expects: kept.filter((entry) => entry.kind === 'expect'),
    children: kept.filter((entry) => entry.kind === 'block').map(openChild),
    incomplete: entries.some((entry) => refused.has(entry) && isLoss(entry, attributes)),
  };
}

function keyOf({ keyword, name }: Block): string {
  return `${keyword.text} ${name?.text ?? ''}`;
}

/** Whether something that was refused may be what is missing elsewhere: not so what stands twice. */
function isLoss(entry: Entry, kept: ReadonlyMap<string, WrittenAttribute>): boolean {
  return entry.kind !== 'attribute' || !kept.has(entry.name.text);
}

/** Whether two blocks are the same one, written twice: the same keyword and name. */
export function isSameBlock(a: Pick<OpenBlock, 'keyword' | 'name'>, b: Pick<OpenBlock, 'keyword' | 'name'>): boolean {
  return a.keyword === b.keyword && a.name?.text === b.name?.text;
}

/** The children of one keyword, in order. */
export function childrenOf(block: OpenBlock, keyword: vocabulary.BlockName): readonly OpenBlock[] {
  return block.children.filter((child) => child.keyword === keyword);
}

/** "`model`", "stage `decay`", "the top level": how messages name a block. */
export function blockWords(block: Pick<OpenBlock, 'keyword' | 'name'>): string {
  if (block.keyword === 'recipe') return 'the top level';
  return block.name ? `${block.keyword} \`${block.name.text}\`` : `\`${block.keyword}\``;
}

const stepKinds: readonly string[] = ['keep', 'drop', 'dedup', 'decontaminate', 'score', 'sample'];

function isStep(entry: Entry): entry is Verb {
  return stepKinds.includes(entry.kind);
}
