import type { Expression, Let, RecipeFile } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { dependencyOrder } from './dependency-order.ts';
import { evaluateQuantity } from './evaluate-quantity.ts';
import type { ValueContext } from './value-context.ts';

/** The lets of a file by name, without those that were refused. */
export function letsOf(file: RecipeFile, refused: ReadonlySet<object>): ReadonlyMap<string, Let> {
  return new Map(
    file.items.flatMap((item) => (item.kind === 'let' && !refused.has(item) ? [[item.name.text, item] as const] : [])),
  );
}

/**
 * The values of all lets by name; null for one without a value (a diagnostic says why). A let may use others, wherever they
 * stand; each is evaluated once, after those it uses. `given` are lets of other files, with their values.
 */
export function evaluateLets(
  lets: ReadonlyMap<string, Let>,
  given: ReadonlyMap<string, Quantity | null>,
  { collector, incomplete }: Omit<ValueContext, 'lets'>,
): ReadonlyMap<string, Quantity | null> {
  const values = new Map<string, Quantity | null>(given);
  const { order, cycles } = dependencyOrder(lets.keys(), (name) => referencesOf(lets.get(name)!.value));
  for (const name of lets.keys()) values.delete(name);
  for (const ring of cycles) {
    reportCycle(
      ring.map((name) => lets.get(name)!),
      collector,
    );
    for (const name of ring) values.set(name, null);
  }
  const context = { collector, lets: values, incomplete };
  for (const name of order) {
    if (!values.has(name)) values.set(name, evaluateQuantity(lets.get(name)!.value, context));
  }
  return values;
}

function reportCycle(members: readonly Let[], collector: DiagnosticCollector): void {
  const chain = [...members, members[0]!].map((member) => member.name.text);
  const related = members.slice(1).map((member) => ({ span: member.span, label: '' }));
  collector.add(diagnose(rows.cycle, members[0]!.name.span, { kind: 'let', chain }, { related }));
}

function referencesOf(expression: Expression): readonly string[] {
  const names: string[] = [];
  const open = [expression];
  while (open.length > 0) {
    const current = open.pop()!;
    if (current.kind === 'binary') open.push(current.right, current.left);
    else if (current.kind === 'parenthesized') open.push(current.inner);
    else if (current.kind === 'reference' && current.path.length === 1) names.push(current.path[0]!.text);
  }
  return names;
}
