import { type Expression, parse, type SyntaxProblem } from '../../grammar/index.ts';

export interface ParsedExpression {
  readonly expression: Expression | null;
  readonly problems: readonly SyntaxProblem[];
}

const before = 'recipe r\nv = ';

/**
 * Parses one expression with the grammar of the language, as the value of an attribute. Spans name `file` and are offsets
 * into `text`. Text that holds more than one value has no expression.
 */
export function parseExpression(text: string, file: string): ParsedExpression {
  const parsed = parse(before + text, file);
  const problems = shifted(parsed.problems) as readonly SyntaxProblem[];
  const [item, ...more] = parsed.file.items;
  const isOne = item?.kind === 'attribute' && item.at === null && more.length === 0;
  return { expression: isOne ? (shifted(item.value) as Expression) : null, problems };
}

/** A copy whose spans are counted from the expression's own start. */
function shifted(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shifted);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    (key === 'start' || key === 'end') && typeof value === 'number'
      ? Math.max(0, value - before.length)
      : shifted(value),
  ]);
  return Object.fromEntries(entries);
}
