import type { CstNode, IToken, TokenType } from 'chevrotain';
import type { Name, StringLiteral } from './ast.ts';
import { endOf } from './lexical-faults.ts';
import type { Span } from './span.ts';
import { stringValue } from './string-value.ts';

/** What building a tree needs besides the concrete syntax tree. */
export interface BuildContext {
  readonly file: string;
  readonly text: string;
  /** Tokens without a known value: what holds one is left out. */
  readonly tainted: ReadonlySet<IToken>;
  /** Where each comment starts. */
  readonly comments: ReadonlySet<number>;
}

/** The place of a token. */
export function tokenSpan(token: IToken, { file }: BuildContext): Span {
  return { file, start: token.startOffset, end: endOf(token) };
}

/** The place of a node of the concrete tree that holds at least one token. */
export function nodeSpan(node: CstNode, { file }: BuildContext): Span {
  const { startOffset, endOffset } = node.location!;
  // A rule that was left in the middle has no end: it reaches as far as its last token.
  const end = Number.isNaN(endOffset) ? lastTokenEnd(node) : endOffset! + 1;
  return { file, start: startOffset, end: Math.max(end, startOffset) };
}

function lastTokenEnd(node: CstNode): number {
  const children = Object.values(node.children).flat();
  return Math.max(0, ...children.map((child) => ('children' in child ? lastTokenEnd(child) : endOf(child))));
}

export function buildName(token: IToken, context: BuildContext): Name {
  return { kind: 'name', text: token.image, span: tokenSpan(token, context) };
}

export function buildString(token: IToken, context: BuildContext): StringLiteral {
  return { kind: 'string', value: stringValue(token.image), span: tokenSpan(token, context) };
}

const SEPARATE_RULES: ReadonlySet<string> = new Set(['item', 'entry', 'share', 'block']);

/** Whether a node was read to its end and all its values are known; entries inside it answer for themselves. */
export function isReadable(node: CstNode, context: BuildContext): boolean {
  return node.recoveredNode !== true && (context.tainted.size === 0 || !holdsTainted(node, context));
}

function holdsTainted(node: CstNode, context: BuildContext): boolean {
  for (const children of Object.values(node.children)) {
    for (const child of children) {
      if (!('children' in child)) {
        if (context.tainted.has(child)) return true;
      } else if (!SEPARATE_RULES.has(child.name) && holdsTainted(child, context)) return true;
    }
  }
  return false;
}

/** The `##` lines directly above what starts at `offset`, joined by newlines, without the marks; null if there are none. */
export function documentationAbove(offset: number, { text, comments }: BuildContext): string | null {
  const lines: string[] = [];
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  if (!/^[\uFEFF \t]*$/.test(text.slice(start, offset))) return null;
  while (start > 0) {
    const end = start - 1;
    start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end);
    const mark = line.search(/[^\uFEFF \t]/);
    if (mark < 0 || !line.startsWith('##', mark) || !comments.has(start + mark)) break;
    lines.unshift(
      line
        .slice(mark)
        .replace(/^##+ ?/, '')
        .trimEnd(),
    );
  }
  return lines.length === 0 ? null : lines.join('\n');
}

/** The first token of one of the types, in the order given. */
export function firstOf(node: CstNode, ...types: readonly TokenType[]): IToken | undefined {
  for (const { name } of types) {
    const found = node.children[name]?.[0];
    if (found && !('children' in found)) return found;
  }
  return undefined;
}
