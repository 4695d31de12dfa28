import type { SyntaxProblem } from '../ast.ts';
import { parseConcrete } from '../parse.ts';
import { createProblemList } from '../problem-list.ts';
import { LCurly } from '../tokens.ts';
import { BLANK_LINE, type Document, HARD_LINE, LINE, printDocument, SOFT_LINE } from './document.ts';
import { type Element, type Enclosed, layoutTree, type Part } from './layout-tree.ts';
import { type Spacing, spacingOf } from './spacing.ts';

/** Calls and lists that reach beyond this column are set one item a line. */
const WIDTH = 100;

/**
 * Lays a recipe out anew: two blanks of indent, one entry a line (blocks written on one line stay so if they fit), long calls
 * and lists one item a line with a trailing comma, at most one empty line in a row, every comment with its line. Nothing is
 * reordered or aligned, and formatting again changes nothing. A file with problems is not formatted: they come back instead.
 */
export function format(text: string, file: string): { text: string } | { problems: readonly SyntaxProblem[] } {
  const problems = createProblemList(file);
  const concrete = parseConcrete(text, problems);
  const found = problems.sorted();
  if (concrete === null || found.length > 0) return { problems: found };
  const spacing = spacingOf(concrete.tree);
  const elements = layoutTree(concrete.tokens, concrete.comments);
  const lines = elements.map((element, index) => [
    index === 0 ? '' : separatingLine(element),
    elementDocument(element, spacing, ''),
  ]);
  return { text: `${printDocument(lines, WIDTH)}\n` };
}

function separatingLine(element: Element): Document {
  return element.blankBefore ? BLANK_LINE : HARD_LINE;
}

/** An element with `after` (a comma) set between it and the comment at its end. */
function elementDocument(element: Element, spacing: Spacing, after: Document): Document {
  if (element.kind === 'comment') return element.text;
  const comment: Document = element.comment === null ? '' : { kind: 'suffix', text: element.comment };
  return [entryDocument(element.parts, spacing), after, comment];
}

function entryDocument(parts: readonly Part[], spacing: Spacing): Document {
  return parts.map((part, index) => {
    const previous = parts[index - 1];
    if (!previous) return partDocument(part, spacing);
    // Past a comment the entry goes on in the next line.
    const isOwnLine = part.kind === 'comment' && part.ownLine;
    if (previous.kind === 'comment' || isOwnLine) {
      return [{ kind: 'indent', inner: HARD_LINE }, isOwnLine ? part.text : partDocument(part, spacing)];
    }
    const isSuffix = part.kind === 'comment';
    return [isSuffix || isTight(previous, part, spacing) ? '' : ' ', partDocument(part, spacing)];
  });
}

function isTight(left: Part, right: Part, spacing: Spacing): boolean {
  const before = right.kind === 'enclosed' ? right.enclosed.opener : right.kind === 'token' ? right.token : null;
  const after = left.kind === 'token' ? left.token : null;
  return (
    (before !== null && spacing.tightBefore.has(before.startOffset)) ||
    (after !== null && spacing.tightAfter.has(after.startOffset))
  );
}

function partDocument(part: Part, spacing: Spacing): Document {
  if (part.kind === 'comment') return part.ownLine ? part.text : { kind: 'suffix', text: part.text };
  // A raw text keeps its lines; CRLF counts as LF.
  if (part.kind === 'token') return part.token.image.replaceAll('\r\n', '\n');
  const { enclosed } = part;
  return enclosed.opener.tokenType === LCurly ? bodyDocument(enclosed, spacing) : listDocument(enclosed, spacing);
}

/** `{ a = 1, b = 2 }`, or an entry a line without commas. */
function bodyDocument({ elements, openerComment, spansLines }: Enclosed, spacing: Spacing): Document {
  if (elements.length === 0 && openerComment === null) return '{}';
  const comma: Document = { kind: 'choice', flat: ',', broken: '' };
  const inner = elements.map((element, index) => [
    index === 0 ? LINE : element.blankBefore ? BLANK_LINE : LINE,
    elementDocument(element, spacing, index === elements.length - 1 ? '' : comma),
  ]);
  return {
    kind: 'group',
    mustBreak: spansLines || openerComment !== null,
    inner: ['{', openerDocument(openerComment), { kind: 'indent', inner }, LINE, '}'],
  };
}

/** `(a, b)` or `[a, b]`, or an item a line with a comma after each; brackets around an expression get no comma. */
function listDocument(enclosed: Enclosed, spacing: Spacing): Document {
  const { opener, closer, elements, openerComment } = enclosed;
  const commas = spacing.lists.has(opener.startOffset);
  const lastEntry = elements.findLastIndex((element) => element.kind === 'entry');
  const mustBreak = openerComment !== null || elements.some(holdsComment);
  const isRaw = !mustBreak && elements.some(holdsRawLines);
  const inner = elements.map((element, index) => {
    const after: Document = index === lastEntry ? { kind: 'choice', flat: '', broken: commas ? ',' : '' } : ',';
    const line = index > 0 && element.blankBefore && mustBreak ? BLANK_LINE : index === 0 || isRaw ? SOFT_LINE : LINE;
    const space = isRaw && index > 0 ? ' ' : '';
    return [isRaw ? space : line, elementDocument(element, spacing, isRaw && index === lastEntry ? '' : after)];
  });
  // A raw text of several lines is set right after the bracket, since its lines have an indent of their own.
  if (isRaw || elements.length === 0) return [opener.image, openerDocument(openerComment), inner, closer.image];
  return {
    kind: 'group',
    mustBreak,
    inner: [opener.image, openerDocument(openerComment), { kind: 'indent', inner }, SOFT_LINE, closer.image],
  };
}

function openerDocument(comment: string | null): Document {
  return comment === null ? '' : { kind: 'suffix', text: comment };
}

function holdsComment(element: Element): boolean {
  if (element.kind === 'comment' || element.comment !== null) return true;
  return element.parts.some((part) => {
    if (part.kind !== 'enclosed') return part.kind === 'comment';
    return part.enclosed.openerComment !== null || part.enclosed.elements.some(holdsComment);
  });
}

function holdsRawLines(element: Element): boolean {
  if (element.kind === 'comment') return false;
  return element.parts.some((part) => {
    if (part.kind === 'token') return part.token.image.includes('\n');
    return part.kind === 'enclosed' && part.enclosed.elements.some(holdsRawLines);
  });
}
