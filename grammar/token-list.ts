import { type TokenType, tokenMatcher } from 'chevrotain';
import { lex } from './lexer.ts';
import type { Span } from './span.ts';
import { Comment, NewLine, Numeral, Percent, Quoted, RawText, Stray, Word } from './tokens.ts';

/** A piece of a text. All pieces, joined, are the text. */
export interface TextPiece {
  readonly kind: 'word' | 'number' | 'string' | 'punctuation' | 'comment' | 'newline' | 'blank' | 'unknown';
  readonly text: string;
  readonly span: Span;
}

const KINDS: readonly (readonly [TokenType, TextPiece['kind']])[] = [
  [Word, 'word'],
  [Numeral, 'number'],
  [Percent, 'number'],
  [Quoted, 'string'],
  [RawText, 'string'],
  [NewLine, 'newline'],
  [Stray, 'unknown'],
];

/** Cuts any text into its tokens, comments and blanks, without a gap. */
export function tokensOf(text: string, file: string): readonly TextPiece[] {
  const { tokens, comments } = lex(text);
  const pieces: TextPiece[] = [];
  let end = 0;
  const add = (kind: TextPiece['kind'], upTo: number) => {
    if (upTo > end) pieces.push({ kind, text: text.slice(end, upTo), span: { file, start: end, end: upTo } });
    end = upTo;
  };
  for (const token of [...tokens, ...comments].sort((a, b) => a.startOffset - b.startOffset)) {
    add('blank', token.startOffset);
    const known = KINDS.find(([type]) => tokenMatcher(token, type));
    const isComment = token.tokenType === Comment || token.tokenType.name === 'SlashComment';
    add(isComment ? 'comment' : (known?.[1] ?? 'punctuation'), token.endOffset! + 1);
  }
  add('blank', text.length);
  return pieces;
}
