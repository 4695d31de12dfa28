import type { Expect, List } from '../../grammar/index.ts';
import { vocabulary } from '../../grammar/index.ts';
import { evaluateValue } from '../bind/evaluate-value.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import type { CallValue } from '../bind/value.ts';
import type { ValueContext } from '../bind/value-context.ts';
import * as rows from '../diagnostics/catalogue/evaluate.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { judgeTask } from './judge-task.ts';
import { plannedTasks } from './known-tasks.ts';
import { blockWords, type OpenBlock } from './open-block.ts';
import { edgeOf, edgePoint, isSamePoint, type PointScope, positionPoint } from './read-point.ts';
import { type ReadContext, readRequired } from './read-required.ts';
import { readArgument } from './read-value.ts';
import { isSoundPath } from './resolve-source.ts';
import { isTaskFile, taskName } from './task-file.ts';
import type { ResolvedEvaluation, ResolvedExpectation, ResolvedPoint, ResolvedTask } from './types.ts';

const attributes = vocabulary.evaluateAttributes;

export type EvaluationContext = ReadContext & ValueContext;

/** An `evaluate` block; null when something in it is wrong or missing (diagnostics say why). */
export function readEvaluation(
  block: OpenBlock,
  scope: PointScope,
  context: EvaluationContext,
): ResolvedEvaluation | null {
  const at = readPoints(block, scope, context);
  const tasks = readTasks(block, context);
  if (at === null || tasks === null) return null;
  const expectations = block.expects.map((expect) => readExpectation(expect, { block, at, tasks, scope }, context));
  if (expectations.includes(null)) return null;
  const name = block.name?.text ?? block.keyword;
  return { name, span: block.head, at, tasks, expectations: expectations as ResolvedExpectation[] };
}

function readPoints(block: OpenBlock, scope: PointScope, context: EvaluationContext): readonly ResolvedPoint[] | null {
  const at = readRequired(block, attributes.at, context);
  if (at === null) return null;
  const { items } = block.attributes.get(attributes.at.name)!.node.value as List;
  if (items.length === 0) {
    context.collector.add(diagnose(rows.nothingMeasured, at.span, { block: blockWords(block), name: 'at' }));
    return null;
  }
  const points = at.value.map((value, index) =>
    value.kind === 'edge' ? edgePoint(value, scope) : positionPoint(value, items[index]!.span, scope),
  );
  return points.includes(null) ? null : (points as ResolvedPoint[]);
}

function readTasks(block: OpenBlock, context: EvaluationContext): readonly ResolvedTask[] | null {
  const tasks = readRequired(block, attributes.tasks, context);
  if (tasks === null) return null;
  if (tasks.value.length === 0) {
    context.collector.add(diagnose(rows.nothingMeasured, tasks.span, { block: blockWords(block), name: 'tasks' }));
    return null;
  }
  const seen = new Map<string, ResolvedTask>();
  let isSound = true;
  for (const call of tasks.value) {
    const task = readTask(call, context);
    const earlier = task && seen.get(task.name);
    if (earlier) {
      const related = [{ span: earlier.span, label: 'measured first here' }];
      context.collector.add(diagnose(rows.taskTwice, call.node.span, { name: task.name }, { related }));
    }
    if (task === null || earlier) isSound = false;
    else seen.set(task.name, task);
  }
  noteUnshipped([...seen.values()], block, context.collector);
  return isSound ? [...seen.values()] : null;
}

/** Tasks that can be planned only: a run would refuse them, which is better known before. */
function noteUnshipped(tasks: readonly ResolvedTask[], block: OpenBlock, collector: DiagnosticCollector): void {
  const unshipped = tasks.filter(({ task }) => plannedTasks.includes(task));
  const [first] = unshipped;
  if (first === undefined) return;
  const data = { tasks: unshipped.map(({ task }) => task), block: blockWords(block) };
  const related = unshipped.slice(1).map(({ span }) => ({ span, label: 'and this one' }));
  collector.add(diagnose(rows.taskNotShipped, first.span, data, { related }));
}

function readTask(value: CallValue, context: ReadContext): ResolvedTask | null {
  const { cloze, choice } = vocabulary.taskFunctions;
  const { span } = value.node;
  const call = { value, span, origin: { from: 'recipe', span } as const };
  const kind = value.row.name as ResolvedTask['kind'];
  const asksQuestions = kind !== 'perplexity' && kind !== 'needle';
  const written = readArgument(call, cloze.parameters.task);
  const task = written?.value;
  const shots = asksQuestions ? readArgument(call, cloze.parameters.shots)?.value.amount.valueOf() : 0;
  const formulation = kind === 'choice' ? readArgument(call, choice.parameters.formulation)?.value : null;
  const name = readArgument(call, cloze.parameters.name)?.value ?? (task && taskName(task));
  if (task === undefined || shots === undefined || formulation === undefined || name === undefined) return null;
  const isSound = isTaskFile(task)
    ? isSoundPath(task, span, context)
    : judgeTask({ task, kind }, written?.span ?? span, context.collector);
  if (!isSound) return null;
  return { kind, task, name, shots, formulation, span };
}

const valueType: vocabulary.QuantityType = {
  is: 'quantity',
  dimensions: ['number', 'part'],
  bare: 'number',
  whole: false,
  least: { value: '0', exclusive: false },
  most: { value: '9007199254740991', exclusive: false },
};

interface Measured {
  readonly block: OpenBlock;
  readonly at: readonly ResolvedPoint[];
  readonly tasks: readonly ResolvedTask[];
  readonly scope: PointScope;
}

function readExpectation(expect: Expect, measured: Measured, context: EvaluationContext): ResolvedExpectation | null {
  const { collector } = context;
  const metric = expect.metric.path.map((part) => part.text).join('.');
  const known = measured.tasks.map(({ name }) => name);
  const isKnown = known.includes(metric);
  if (!isKnown) {
    const near = proposeNames(metric, known);
    const data = { name: metric, wanted: `a task of ${blockWords(measured.block)}`, near };
    const fix = replaceNameFix(expect.metric.span, near);
    collector.add(diagnose(names.unknownName, expect.metric.span, data, { fix }));
  }
  const value = evaluateValue(expect.value, valueType, metric, context) as Quantity | null;
  const at = expect.at && readExpectedPoint(expect.at, measured, context);
  if (!isKnown || value === null || (expect.at && !at)) return null;
  const { comparison, span } = expect;
  return { metric, comparison, value: value.amount, at, otherwise: expect.otherwise ?? 'warn', span };
}

/** A point of the block: what is expected elsewhere would never be looked at. */
function readExpectedPoint(
  written: NonNullable<Expect['at']>,
  { block, at, scope }: Measured,
  context: EvaluationContext,
): ResolvedPoint | null {
  const point = expectedPoint(written, scope, context);
  if (point === null || at.some((other) => isSamePoint(other, point))) return point;
  const related = [{ span: block.attributes.get(attributes.at.name)!.node.span, label: 'measured here only' }];
  context.collector.add(diagnose(rows.notMeasuredThere, written.span, { block: blockWords(block) }, { related }));
  return null;
}

function expectedPoint(
  written: NonNullable<Expect['at']>,
  scope: PointScope,
  context: EvaluationContext,
): ResolvedPoint | null {
  if (written.kind === 'reference') {
    const edge = edgeOf(written, context.collector);
    return edge && edgePoint(edge, scope);
  }
  const position = evaluateValue(written, positionType, 'at', context) as Quantity | null;
  return position && positionPoint(position, written.span, scope);
}

const positionType = vocabulary.evaluateAttributes.at.type.of.of[1];
