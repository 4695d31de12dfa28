import type { Operand, Predicate } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/steps.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { constantOf } from './read-condition.ts';

type Kind = 'number' | 'text' | 'boolean';
type Asking = Extract<Predicate, { readonly kind: 'compare' | 'in' | 'matches' }>;

/** Columns whose kind is known: those that are computed for every row. */
const computed: Readonly<Record<string, Kind>> = { tokens: 'number', characters: 'number', language: 'text' };

const words: Readonly<Record<Kind, string>> = { number: 'a number', text: 'a text', boolean: 'true or false' };

/** Reports what can be true of no row, as far as the text tells the kinds of both sides. */
export function checkKinds(predicate: Asking, collector: DiagnosticCollector): void {
  if (predicate.kind === 'compare') checkComparison(predicate, collector);
  else if (predicate.kind === 'in') checkMembership(predicate, collector);
  else {
    const kind = kindOf(predicate.left);
    if (kind !== null && kind !== 'text') report(predicate.left, kind, 'only texts are looked through', collector);
  }
}

function checkComparison(
  { left, comparison, right }: Extract<Asking, { readonly kind: 'compare' }>,
  collector: DiagnosticCollector,
): void {
  const [a, b] = [kindOf(left), kindOf(right)];
  const isOrder = comparison !== '==' && comparison !== '!=';
  const truth = [left, right].find((operand) => kindOf(operand) === 'boolean');
  if (a !== null && b !== null && a !== b) report(left, a, `it is compared with ${words[b]}`, collector);
  else if (isOrder && truth) report(truth, 'boolean', 'truth values have no order', collector);
}

function checkMembership(
  { left, list }: Extract<Asking, { readonly kind: 'in' }>,
  collector: DiagnosticCollector,
): void {
  if (list.items.length === 0) collector.add(diagnose(rows.emptyList, list.span, {}));
  const kind = kindOf(left);
  // Other expressions have a diagnostic of their own.
  const constants = list.items.map(constantOf);
  if (kind === null || constants.length === 0) return;
  if (constants.some((each) => each === null || each.kind === kind)) return;
  report(left, kind, 'the list holds values of another kind', collector);
}

function report(operand: Operand, kind: Kind, asked: string, collector: DiagnosticCollector): void {
  const data = { what: nameOf(operand), is: words[kind], asked };
  collector.add(diagnose(rows.neverComparable, operand.span, data));
}

function nameOf(operand: Operand): string {
  if (operand.kind === 'reference') return `\`${operand.path.map(({ text }) => text).join('.')}\``;
  return operand.kind === 'count' ? 'a count' : 'the left side';
}

function kindOf(operand: Operand): Kind | null {
  if (operand.kind === 'count') return 'number';
  if (operand.kind !== 'reference') return constantOf(operand)!.kind;
  const [name, ...rest] = operand.path.map(({ text }) => text);
  return rest.length === 0 && Object.hasOwn(computed, name!) ? computed[name!]! : null;
}
