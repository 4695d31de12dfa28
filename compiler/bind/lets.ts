import type { Expression, Let, RecipeFile } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { dependencyOrder } from './dependency-order.ts';
import { evaluateQuantity } from './evaluate-quantity.ts';

/**
 * The values of all lets by name; null for one without a value (a diagnostic says why). A let may use others, wherever they
 * stand; each is evaluated once, after those it uses.
 */
export function evaluateLets(
  file: RecipeFile,
  refused: ReadonlySet<object>,
  collector: DiagnosticCollector,
): ReadonlyMap<string, Quantity | null> {
  const lets = new Map<string, Let>();
  for (const item of file.items) if (item.kind === 'let' && !refused.has(item)) lets.set(item.name.text, item);
  const values = new Map<string, Quantity | null>();
  const { order, cycles } = dependencyOrder(lets.keys(), (name) => referencesOf(lets.get(name)!.value));
  for (const ring of cycles) {
    reportCycle(
      ring.map((name) => lets.get(name)!),
      collector,
    );
    for (const name of ring) values.set(name, null);
  }
  const context = { collector, lets: values, incomplete: file.incomplete };
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
