/**
 * A small printer for text that may be laid out on one line or on several: a group is printed flat if it fits the line, and
 * otherwise breaks at its lines.
 */
export type Document =
  | string
  | readonly Document[]
  | { readonly kind: 'indent'; readonly inner: Document }
  /** `mustBreak`: never flat, whatever its width. */
  | { readonly kind: 'group'; readonly inner: Document; readonly mustBreak: boolean }
  /** A line break, or, in a flat group, the text `flat`. `hard` breaks are never flat; `blank` ones leave an empty line. */
  | { readonly kind: 'line'; readonly flat: string; readonly hard: boolean; readonly blank: boolean }
  /** One text or the other, as the group around it is flat or broken. */
  | { readonly kind: 'choice'; readonly flat: string; readonly broken: string }
  /** A comment at the end of a line: its width does not count. */
  | { readonly kind: 'suffix'; readonly text: string };

export const LINE: Document = { kind: 'line', flat: ' ', hard: false, blank: false };
export const SOFT_LINE: Document = { kind: 'line', flat: '', hard: false, blank: false };
export const HARD_LINE: Document = { kind: 'line', flat: ' ', hard: true, blank: false };
export const BLANK_LINE: Document = { kind: 'line', flat: ' ', hard: true, blank: true };

const INDENT = 2;

interface Command {
  readonly document: Document;
  readonly indent: number;
  readonly flat: boolean;
}

/** Prints a document in lines of at most `width` columns where groups allow it. */
export function printDocument(document: Document, width: number): string {
  const out: string[] = [];
  const stack: Command[] = [{ document, indent: 0, flat: false }];
  let column = 0;
  for (let command = stack.pop(); command; command = stack.pop()) {
    const { document: part, indent, flat } = command;
    if (typeof part === 'string') {
      out.push(part);
      // A raw text may hold newlines of its own.
      column = part.includes('\n') ? part.length - part.lastIndexOf('\n') - 1 : column + part.length;
    } else if (!('kind' in part)) {
      for (const inner of part.toReversed()) stack.push({ document: inner, indent, flat });
    } else if (part.kind === 'indent') {
      stack.push({ document: part.inner, indent: indent + INDENT, flat });
    } else if (part.kind === 'group') {
      const whole: Command = { document: part.inner, indent, flat: true };
      const fitting = flat || (!part.mustBreak && fits(whole, stack, width - column));
      stack.push({ document: part.inner, indent, flat: fitting });
    } else if (part.kind === 'choice') {
      stack.push({ document: flat ? part.flat : part.broken, indent, flat });
    } else if (part.kind === 'suffix') {
      out.push(`  ${part.text}`);
    } else if (flat && !part.hard) {
      out.push(part.flat);
      column += part.flat.length;
    } else {
      out.push(part.blank ? '\n\n' : '\n', ' '.repeat(indent));
      column = indent;
    }
  }
  return out.join('');
}

/** Whether `first`, and what follows it up to the next possible line break, takes at most `room` columns. */
function fits(first: Command, rest: readonly Command[], room: number): boolean {
  const stack: Command[] = [first];
  let left = room;
  let next = rest.length;
  while (left >= 0) {
    const command = stack.pop() ?? rest[--next];
    if (!command) return true;
    const { document: part, indent, flat } = command;
    if (typeof part === 'string') {
      if (part.includes('\n')) return part.indexOf('\n') <= left;
      left -= part.length;
    } else if (!('kind' in part)) {
      for (const inner of part.toReversed()) stack.push({ document: inner, indent, flat });
    } else if (part.kind === 'indent') stack.push({ document: part.inner, indent, flat });
    else if (part.kind === 'group') stack.push({ document: part.inner, indent, flat: flat && !part.mustBreak });
    else if (part.kind === 'choice') left -= (flat ? part.flat : part.broken).length;
    else if (part.kind === 'line') {
      if (!flat || part.hard) return true;
      left -= part.flat.length;
    }
  }
  return false;
}
