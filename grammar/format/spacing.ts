import type { CstNode, IToken } from 'chevrotain';

/** What the layout must know of the grammar: by the offsets of tokens. */
export interface Spacing {
  /** No blank in front of these: the bracket of a call, the `..` after a bound. */
  readonly tightBefore: ReadonlySet<number>;
  /** No blank behind these: a sign, the `..` before a bound. */
  readonly tightAfter: ReadonlySet<number>;
  /** Brackets that open arguments or a list, whose items commas separate. */
  readonly lists: ReadonlySet<number>;
}

/** Finds in the concrete tree the tokens that are set closer than others. */
export function spacingOf(tree: CstNode): Spacing {
  const spacing = { tightBefore: new Set<number>(), tightAfter: new Set<number>(), lists: new Set<number>() };
  visit(tree, spacing);
  return spacing;
}

type MutableSpacing = { readonly [Key in keyof Spacing]: Set<number> };

function visit(node: CstNode, spacing: MutableSpacing): void {
  const { LParen, LSquare, DotDot, Minus, Dot } = node.children as Record<string, IToken[] | undefined>;
  if (node.name === 'args' || node.name === 'operand') add(spacing.tightBefore, LParen);
  if (node.name === 'args') add(spacing.lists, LParen);
  if (node.name === 'list') add(spacing.lists, LSquare);
  if (node.name === 'operand') add(spacing.tightAfter, Minus);
  if (node.name === 'range' && node.children.from) add(spacing.tightBefore, DotDot);
  if (node.name === 'range' && node.children.to) add(spacing.tightAfter, DotDot);
  add(spacing.tightBefore, Dot);
  add(spacing.tightAfter, Dot);
  for (const children of Object.values(node.children)) {
    for (const child of children) if ('children' in child) visit(child, spacing);
  }
}

function add(offsets: Set<number>, tokens: readonly IToken[] = []): void {
  for (const token of tokens) offsets.add(token.startOffset);
}
