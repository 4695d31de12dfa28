import {
  compilePattern,
  type PlanCondition,
  type PlanConstant,
  type PlanOperand,
} from '../../../compiler/plan/index.ts';
import { jsonType, type Unusable } from '../sources/row-text.ts';
import { type Answer, all, opposite } from './answer.ts';
import type { ComputedColumns, RowView } from './row-view.ts';

/** A condition ready to be put to rows. */
export type Condition = (row: RowView, computed: ComputedColumns) => Answer;

/** How many rows fulfil a `count(…) by …` operand, by the value of its column as JSON text. */
export type CountOf = (operand: PlanOperand & { readonly kind: 'count' }, group: string) => number;

type Value = string | number | boolean;
type Read = (row: RowView, computed: ComputedColumns) => Value | Unusable;

/**
 * Compiles a condition. A column that a row lacks, that is null, or that is of another kind than what it is compared with makes
 * the answer unknown, unless the rest decides it (Kleene). Numbers are compared as JSON reads them, texts by their code units.
 */
export function compileCondition(condition: PlanCondition, countOf: CountOf): Condition {
  switch (condition.kind) {
    case 'and': {
      const terms = condition.terms.map((term) => compileCondition(term, countOf));
      return (row, computed) => all(answersOf(terms, row, computed));
    }
    case 'or': {
      const terms = condition.terms.map((term) => compileCondition(term, countOf));
      return (row, computed) => opposite(all(oppositesOf(terms, row, computed)));
    }
    case 'not': {
      const term = compileCondition(condition.term, countOf);
      return (row, computed) => opposite(term(row, computed));
    }
    case 'compare':
      return compileComparison(condition, countOf);
    case 'in':
      return compileMembership(condition, countOf);
    case 'matches':
      return compileMatch(condition, countOf);
  }
}

/** One at a time: what comes after the term that decides is not asked. */
function* answersOf(terms: readonly Condition[], row: RowView, computed: ComputedColumns): Generator<Answer, void> {
  for (const term of terms) yield term(row, computed);
}

function* oppositesOf(terms: readonly Condition[], row: RowView, computed: ComputedColumns): Generator<Answer, void> {
  for (const term of terms) yield opposite(term(row, computed));
}

function compileComparison(
  { left, comparison, right }: PlanCondition & { readonly kind: 'compare' },
  countOf: CountOf,
): Condition {
  const readers = [compileOperand(left, countOf), compileOperand(right, countOf)] as const;
  const isOrder = comparison !== '==' && comparison !== '!=';
  return (row, computed) => {
    const [a, b] = [readers[0](row, computed), readers[1](row, computed)];
    if (typeof a === 'object') return a;
    if (typeof b === 'object') return b;
    if (typeof a !== typeof b) return notComparable(left, a, `it is compared with a ${typeof b}`);
    if (isOrder && typeof a === 'boolean') return notComparable(left, a, 'truth values have no order');
    switch (comparison) {
      case '==':
        return a === b;
      case '!=':
        return a !== b;
      case '<':
        return a < b;
      case '<=':
        return a <= b;
      case '>':
        return a > b;
      case '>=':
        return a >= b;
    }
  };
}

function compileMembership({ left, values }: PlanCondition & { readonly kind: 'in' }, countOf: CountOf): Condition {
  const read = compileOperand(left, countOf);
  const known = new Set(values.map(constantValue));
  const kinds = new Set([...known].map((value) => typeof value));
  return (row, computed) => {
    const value = read(row, computed);
    if (typeof value === 'object') return value;
    if (kinds.has(typeof value) || kinds.size === 0) return known.has(value);
    return notComparable(left, value, `the list holds values of another kind`);
  };
}

function compileMatch({ left, pattern }: PlanCondition & { readonly kind: 'matches' }, countOf: CountOf): Condition {
  const read = compileOperand(left, countOf);
  const compiled = compilePattern(pattern);
  // The compiler refuses such a pattern, and a plan is validated.
  if (typeof compiled === 'string')
    throw new Error(`the pattern ${JSON.stringify(pattern)} cannot be used: ${compiled}`);
  return (row, computed) => {
    const value = read(row, computed);
    if (typeof value === 'object') return value;
    if (typeof value === 'string') return compiled.find(value);
    return notComparable(left, value, 'only texts are looked through');
  };
}

function compileOperand(operand: PlanOperand, countOf: CountOf): Read {
  switch (operand.kind) {
    case 'column': {
      const { path } = operand;
      return (row, computed) => columnOf(path, row, computed);
    }
    case 'count':
      return (row, computed) => {
        const group = columnOf(operand.by, row, computed);
        return typeof group === 'object' ? group : countOf(operand, JSON.stringify(group));
      };
    default: {
      const value = constantValue(operand);
      return () => value;
    }
  }
}

function constantValue(constant: PlanConstant): Value {
  return constant.kind === 'number' ? Number(constant.value) : constant.value;
}

/** The value of a column, computed ones first; a row's own `language` stands before the computed one. */
export function columnOf(path: readonly string[], row: RowView, computed: ComputedColumns): Value | Unusable {
  const [name] = path as [string];
  if (path.length === 1) {
    if (name === 'tokens') return computed.tokens!;
    if (name === 'characters') return codePoints(row.text);
    if (name === 'language' && typeof row.values.language !== 'string') return computed.language!;
  }
  let value: unknown = row.values;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, part)) {
      return { kind: 'column_missing', reason: `has no column \`${path.join('.')}\`` };
    }
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  if (value === null || value === undefined || typeof value === 'number') {
    return { kind: 'column_null', reason: `column \`${path.join('.')}\` is null` };
  }
  return {
    kind: 'column_not_comparable',
    reason: `column \`${path.join('.')}\` is ${jsonType(value)}, which nothing is compared with`,
  };
}

function notComparable(operand: PlanOperand, value: Value, why: string): Unusable {
  const name = operand.kind === 'column' ? `column \`${operand.path.join('.')}\`` : 'a value';
  return { kind: 'column_not_comparable', reason: `${name} is a ${typeof value}, and ${why}` };
}

function codePoints(text: string): number {
  let points = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    const unit = text.charCodeAt(at);
    // The first half of a pair; texts with halves alone are malformed rows.
    if (unit >= 0xd800 && unit <= 0xdbff) points--;
  }
  return points;
}
