/** The tokens and comments of a correct file as a tree of brackets and entries: all that the layout depends on. */
import { type IToken, tokenMatcher } from 'chevrotain';
import { goesOn } from '../newlines.ts';
import { Comma, Comment, LCurly, LParen, LSquare, NewLine, RCurly, RParen, RSquare } from '../tokens.ts';

/** Part of an entry. */
export type Part =
  | { readonly kind: 'token'; readonly token: IToken }
  | { readonly kind: 'enclosed'; readonly enclosed: Enclosed }
  /** A comment in the middle of an entry, on the line of what is before it or on its own. */
  | { readonly kind: 'comment'; readonly text: string; readonly ownLine: boolean };

/** One line of a body or list: an entry with the comment at its end, or a comment alone. */
export type Element =
  | {
      readonly kind: 'entry';
      readonly parts: readonly Part[];
      readonly comment: string | null;
      readonly blankBefore: boolean;
    }
  | { readonly kind: 'comment'; readonly text: string; readonly blankBefore: boolean };

/** A pair of brackets with what is in it. */
export interface Enclosed {
  readonly opener: IToken;
  readonly closer: IToken;
  /** The comment on the line of the opening bracket, before any element. */
  readonly openerComment: string | null;
  readonly elements: readonly Element[];
  /** Written on more than one line. */
  readonly spansLines: boolean;
}

const OPENERS = new Set([LCurly, LParen, LSquare]);
const CLOSERS = new Set([RCurly, RParen, RSquare]);

/** The elements of a whole file. The tokens must be those of a file without problems. */
export function layoutTree(tokens: readonly IToken[], comments: readonly IToken[]): readonly Element[] {
  const stream = [...tokens, ...comments].sort((a, b) => a.startOffset - b.startOffset);
  return new LayoutReader(stream).elements(true).elements;
}

class LayoutReader {
  private readonly stream: readonly IToken[];
  private index = 0;

  constructor(stream: readonly IToken[]) {
    this.stream = stream;
  }

  /** Reads up to a closing bracket or the end. In a body newlines end entries, in a list they do not. */
  elements(isBody: boolean): { elements: Element[]; openerComment: string | null } {
    const elements: Element[] = [];
    let openerComment: string | null = null;
    let newLines = this.index === 0 ? 1 : 0;
    for (let token = this.peek(); token && !CLOSERS.has(token.tokenType); token = this.peek()) {
      if (token.tokenType === NewLine) newLines++;
      if (token.tokenType === NewLine || token.tokenType === Comma) {
        this.index++;
        continue;
      }
      const blankBefore = newLines > 1 && elements.length > 0;
      const last = elements.at(-1);
      if (token.tokenType !== Comment) {
        elements.push({ kind: 'entry', parts: this.entry(isBody), comment: null, blankBefore });
      } else {
        this.index++;
        const text = token.image.trimEnd();
        const attaches = newLines === 0 && last?.kind === 'entry' && last.comment === null;
        if (attaches) elements[elements.length - 1] = { ...last, comment: text };
        else if (newLines === 0 && !last && openerComment === null) openerComment = text;
        else elements.push({ kind: 'comment', text, blankBefore });
      }
      newLines = 0;
    }
    return { elements, openerComment };
  }

  private peek(): IToken | undefined {
    return this.stream[this.index];
  }

  private entry(isBody: boolean): Part[] {
    const parts: Part[] = [];
    let newLine = false;
    for (let token = this.peek(); token; token = this.peek()) {
      const type = token.tokenType;
      if (CLOSERS.has(type) || type === Comma) break;
      const isBreak = type === NewLine || type === Comment;
      if (isBreak && (isBody ? !this.continues() : this.endsListEntry())) break;
      if (OPENERS.has(type)) parts.push({ kind: 'enclosed', enclosed: this.enclosed() });
      else {
        this.index++;
        if (type === Comment) parts.push({ kind: 'comment', text: token.image.trimEnd(), ownLine: newLine });
        else if (type !== NewLine) parts.push({ kind: 'token', token });
      }
      newLine = type === NewLine;
    }
    return parts;
  }

  /** Whether the entry goes on after the newline or comment here, because of the token before it. */
  private continues(): boolean {
    let before = this.index - 1;
    while (tokenMatcher(this.stream[before]!, NewLine) || tokenMatcher(this.stream[before]!, Comment)) before--;
    return goesOn(this.stream[before]!.tokenType);
  }

  /** Whether nothing but a comma or the closing bracket follows the newline or comment here. */
  private endsListEntry(): boolean {
    let next = this.index;
    while (tokenMatcher(this.stream[next]!, NewLine) || tokenMatcher(this.stream[next]!, Comment)) next++;
    const type = this.stream[next]!.tokenType;
    return type === Comma || CLOSERS.has(type);
  }

  private enclosed(): Enclosed {
    const start = this.index;
    const opener = this.stream[this.index++]!;
    const { elements, openerComment } = this.elements(opener.tokenType === LCurly);
    const inside = this.stream.slice(start, this.index);
    const closer = this.stream[this.index++]!;
    const spansLines = inside.some(({ tokenType, image }) => tokenType === NewLine || image.includes('\n'));
    return { opener, closer, openerComment, elements, spansLines };
  }
}
