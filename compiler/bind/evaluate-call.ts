import { type Argument, type Call, type Expression, type Span, vocabulary } from '../../grammar/index.ts';
import * as calls from '../diagnostics/catalogue/calls.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import { evaluateValue } from './evaluate-value.ts';
import { parameterByForeignName } from './foreign-names.ts';
import { proposeNames } from './propose-names.ts';
import { replaceNameFix } from './replace-name.fix.ts';
import type { CallValue, Value } from './value.ts';
import type { ValueContext } from './value-context.ts';

/** Evaluates a call against the functions that its place takes. */
export function evaluateCall(
  expression: Expression,
  type: vocabulary.CallType,
  name: string,
  context: ValueContext,
): CallValue | null {
  const { collector } = context;
  if (expression.kind === 'reference') {
    const written = expression.path[0]!.text;
    const fix = {
      title: `write \`${written}()\``,
      safe: true,
      edits: [{ span: expression.span, text: `${written}()` }],
    };
    collector.add(diagnose(calls.callWithoutParentheses, expression.span, { function: written }, { fix }));
    return null;
  }
  const call = expression as Call;
  const row = functionOf(call, type, name, context);
  return row && bindArguments(call, row, context);
}

function functionOf(
  call: Call,
  type: vocabulary.CallType,
  name: string,
  { collector }: ValueContext,
): vocabulary.FunctionRow | null {
  const written = call.name.text;
  const row = vocabulary.functionOf(written, name);
  if (row && type.functions.includes(written)) return row;
  const near = proposeNames(written, type.functions);
  const data = { name, function: written, known: type.functions, near };
  collector.add(diagnose(calls.unknownFunction, call.name.span, data, { fix: replaceNameFix(call.name.span, near) }));
  return null;
}

interface Binding {
  readonly row: vocabulary.FunctionRow;
  readonly given: Map<string, { value: Value; span: Span }>;
  readonly spans: Map<string, Span>;
  readonly faulty: Set<string>;
}

function bindArguments(call: Call, row: vocabulary.FunctionRow, context: ValueContext): CallValue {
  const binding: Binding = { row, given: new Map(), spans: new Map(), faulty: new Set() };
  let place = 0;
  let lost = false;
  for (const argument of call.arguments) {
    const parameter = parameterOf(argument, place, row, context);
    if (argument.name === null) place += 1;
    if (parameter === null) lost = true;
    else bindArgument(argument, parameter, binding, context);
  }
  if (!lost) reportMissing(call, binding, context);
  return { kind: 'call', node: call, row, given: binding.given, faulty: binding.faulty };
}

function bindArgument(
  argument: Argument,
  parameter: vocabulary.ValueRow,
  { row, given, spans, faulty }: Binding,
  context: ValueContext,
): void {
  const { name } = parameter;
  const earlier = spans.get(name);
  const repeats = row.repeated && argument.name === null;
  if (earlier && !repeats) {
    const related = [{ span: earlier, label: 'first here' }];
    context.collector.add(diagnose(calls.duplicateArgument, argument.span, { function: row.name, name }, { related }));
    return;
  }
  spans.set(name, argument.span);
  const value = evaluateValue(argument.value, parameter.type, name, context);
  if (value === null) faulty.add(name);
  else if (!row.repeated) given.set(name, { value, span: argument.value.span });
  else given.set(name, { value: [...((given.get(name)?.value as Value[]) ?? []), value], span: argument.value.span });
}

function parameterOf(
  argument: Argument,
  place: number,
  row: vocabulary.FunctionRow,
  { collector }: ValueContext,
): vocabulary.ValueRow | null {
  const parameters = Object.values(row.parameters);
  if (argument.name === null) {
    const byPlace = row.repeated ? parameters[0] : parameters.slice(0, row.byPlace)[place];
    if (byPlace) return byPlace;
    const data = { function: row.name, takes: row.byPlace, known: parameters.map((parameter) => parameter.name) };
    collector.add(diagnose(calls.unnamedArgument, argument.span, data));
    return null;
  }
  const written = argument.name.text;
  const named = parameters.find((parameter) => parameter.name === written);
  if (named) return named;
  const known = parameters.map((parameter) => parameter.name);
  const native = parameterByForeignName(written);
  const near = native !== null && known.includes(native) ? [native] : proposeNames(written, known);
  const data = { function: row.name, name: written, known, near };
  const fix = replaceNameFix(argument.name.span, near);
  collector.add(diagnose(calls.unknownParameter, argument.name.span, data, { fix }));
  return null;
}

function reportMissing(call: Call, { row, spans }: Binding, { collector }: ValueContext): void {
  const missing = Object.values(row.parameters).filter(
    (parameter) => parameter.default === 'required' && !spans.has(parameter.name),
  );
  for (const parameter of missing) {
    const data = { function: row.name, name: parameter.name, documentation: parameter.documentation };
    collector.add(diagnose(calls.missingArgument, call.span, data));
  }
}
