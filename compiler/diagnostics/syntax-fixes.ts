import type { Span } from '../../grammar/index.ts';
import type { Fix } from './types.ts';

/** Puts other text in the place of a span. */
export function replaceText(span: Span, text: string, { safe, title }: { safe: boolean; title?: string }): Fix {
  return { title: title ?? `write \`${text}\``, safe, edits: [{ span, text }] };
}

/** Removes what a span covers. */
export function deleteText(span: Span, title: string): Fix {
  return { title, safe: true, edits: [{ span, text: '' }] };
}

/** Moves an opening brace to the end of the line before it; null where a comment stands between. */
export function joinWithLineBefore(span: Span, text: string): Fix | null {
  const start = trimmedEnd(text, span.start);
  const lineBefore = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (lineBefore.includes('#')) return null;
  return {
    title: 'put `{` at the end of the line before',
    safe: true,
    edits: [{ span: { ...span, start, end: span.start }, text: ' ' }],
  };
}

/** Breaks the line before a span, with the indent of its line. */
export function startNewLine(span: Span, text: string): Fix {
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, span.start))![0];
  const start = Math.max(lineStart, trimmedEnd(text, span.start));
  return {
    title: 'put it on a line of its own',
    safe: true,
    edits: [{ span: { ...span, start, end: span.start }, text: `\n${indent}` }],
  };
}

/** Drops a semicolon at the end of a line; one between two entries becomes a line break. */
export function replaceSemicolon(span: Span, text: string): Fix {
  const after = /^[ \t;]*/.exec(text.slice(span.end, span.end + 1000))![0].length + span.end;
  if (after >= text.length || /^(?:\r?\n|[#}])/.test(text.slice(after, after + 2))) {
    return deleteText(span, 'remove the semicolon');
  }
  const { edits } = startNewLine({ ...span, start: after, end: after }, text);
  return {
    title: 'put what follows on a line of its own',
    safe: true,
    edits: [{ span: { ...span, end: after }, text: edits[0]!.text }],
  };
}

/** `seed: 42`, `seed := 42`, `seed == 42`, `seed 42` -> `seed = 42`. The span covers what is written, or else the name. */
export function writeEquals(span: Span, written: string | null, text: string): Fix {
  const place = written === null ? { ...span, start: span.end } : span;
  const before = /\s/.test(text[place.start - 1] ?? ' ') ? '' : ' ';
  const after = /\s/.test(text[place.end] ?? ' ') ? '' : ' ';
  return { title: 'write `=`', safe: true, edits: [{ span: place, text: `${before}=${after}` }] };
}

/** Puts a mark directly after what precedes a span. */
export function addBefore(span: Span, text: string, mark: string): Fix {
  const at = trimmedEnd(text, span.start);
  return { title: `add \`${mark}\``, safe: true, edits: [{ span: { ...span, start: at, end: at }, text: mark }] };
}

/** Offset where the whitespace before `offset` begins. */
function trimmedEnd(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && /\s/.test(text[at - 1]!)) at -= 1;
  return at;
}
