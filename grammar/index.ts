export type * from './ast.ts';
export { joinSpans, type Span } from './span.ts';
