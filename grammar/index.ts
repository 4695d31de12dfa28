export type * from './ast.ts';
export { MAXIMUM_FILE_BYTES, parse } from './parse.ts';
export { joinSpans, type Span } from './span.ts';
export * as vocabulary from './vocabulary/index.ts';
