export type * from './ast.ts';
export { format } from './format/format.ts';
export { isReservedWord } from './is-reserved-word.ts';
export { MAXIMUM_FILE_BYTES, parse } from './parse.ts';
export { joinSpans, type Span } from './span.ts';
export { type TextPiece, tokensOf } from './token-list.ts';
export * as vocabulary from './vocabulary/index.ts';
