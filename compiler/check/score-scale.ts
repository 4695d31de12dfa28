import type { Operand, Predicate } from '../../grammar/index.ts';
import { fractionOf } from '../bind/evaluate-quantity.ts';
import * as rows from '../diagnostics/catalogue/classifier.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { childrenOf, type OpenBlock } from '../normalize/open-block.ts';
import { nameOfReference, scoreClassifiers } from '../normalize/score-classifiers.ts';
import type { ResolvedClassifier } from '../normalize/types.ts';
import { printExact } from '../quantity/print-quantity.ts';
import type { RecipeReading } from './index.ts';

/** Conditions compare a score with a value on its classifier's scale: beyond it, all rows lie on one side. */
export function scoresLieOnTheirScale({ recipe, classifiers }: RecipeReading, collector: DiagnosticCollector): void {
  const byName = new Map(classifiers.map((classifier) => [classifier.name, classifier]));
  if (byName.size === 0) return;
  for (const block of childrenOf(recipe, 'dataset')) checkSteps(block, byName, collector);
}

function checkSteps(
  { steps }: OpenBlock,
  classifiers: ReadonlyMap<string, ResolvedClassifier>,
  collector: DiagnosticCollector,
): void {
  const columns = new Map<string, ResolvedClassifier>();
  for (const step of steps) {
    const [scoring] = scoreClassifiers([step]);
    const classifier = scoring && classifiers.get(nameOfReference(scoring));
    if (step.kind === 'score' && classifier) columns.set(step.column.text, classifier);
    if (step.kind === 'keep' || step.kind === 'drop') checkCondition(step.where, columns, collector);
  }
}

function checkCondition(
  condition: Predicate,
  columns: ReadonlyMap<string, ResolvedClassifier>,
  collector: DiagnosticCollector,
): void {
  const open = [condition];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'and' || next.kind === 'or') open.push(...next.terms.toReversed());
    else if (next.kind === 'not') open.push(next.inner);
    else if (next.kind === 'compare') {
      checkValue(next.left, next.right, columns, collector);
      checkValue(next.right, next.left, columns, collector);
    }
  }
}

function checkValue(
  column: Operand,
  value: Operand,
  columns: ReadonlyMap<string, ResolvedClassifier>,
  collector: DiagnosticCollector,
): void {
  if (column.kind !== 'reference' || value.kind !== 'quantity' || value.unit !== null) return;
  const name = nameOfReference(column);
  const classifier = columns.get(name);
  if (!classifier) return;
  const number = fractionOf(value.number);
  const [least, most] = [classifier.least.value, classifier.most.value];
  if (number.gte(least) && number.lte(most)) return;
  const data = {
    column: name,
    classifier: `classifier \`${classifier.name}\``,
    value: printExact(number),
    least,
    most,
  };
  const related = [{ span: classifier.nameSpan, label: `${least} to ${most}` }];
  collector.add(diagnose(rows.scoreOutsideScale, value.span, data, { related }));
}
