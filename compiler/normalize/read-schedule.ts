import Fraction from 'fraction.js';
import { vocabulary } from '../../grammar/index.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import type { CallValue, EdgeValue } from '../bind/value.ts';
import * as calls from '../diagnostics/catalogue/calls.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { type Reading, readArgument } from './read-value.ts';
import type { PlacedStage } from './stage-positions.ts';
import type { Length, ResolvedSchedule } from './types.ts';

type ScheduleShape = ResolvedSchedule['shape']['value'];

const functions = vocabulary.scheduleFunctions;

/** What a schedule's positions are counted in. */
export interface ScheduleScope {
  readonly collector: DiagnosticCollector;
  readonly stages: readonly PlacedStage[];
  readonly phase: string;
  readonly total: Fraction | null;
  /** Factor of `scaled_to`; 1 without it. */
  readonly scale: Fraction;
}

/** The arguments of a schedule, each null where it is wrong, missing or not of this kind. */
export interface ScheduleReading {
  readonly kind: ResolvedSchedule['kind'];
  readonly call: Reading<CallValue>;
  readonly peak: Reading<Fraction> | null;
  readonly end: Reading<Fraction> | null;
  readonly warmup: Reading<Length> | null;
  readonly decay: Reading<Length> | null;
  readonly decayFrom: Reading<Length> | null;
  readonly shape: Reading<ScheduleShape> | null;
}

/** Reads a schedule; lengths in tokens are scaled as `scaled_to` says, those in steps are left as written. */
export function readSchedule(call: Reading<CallValue>, scope: ScheduleScope): ScheduleReading {
  const kind = call.value.row.name as ResolvedSchedule['kind'];
  // All kinds share these parameters; a row that a kind does not have reads as its default.
  const { peak, warmup, to, decay, decayFrom, shape } = functions.wsd.parameters;
  if (kind === 'wsd') checkDecay(call, scope);
  return {
    kind,
    call,
    peak: amountOf(readArgument(call, peak)),
    end: kind === 'constant' ? amountOf(readArgument(call, peak)) : amountOf(readArgument(call, to)),
    warmup: lengthOf(readArgument(call, warmup), scope),
    decay: kind === 'wsd' ? lengthOf(readArgument(call, decay), scope) : null,
    decayFrom: kind === 'wsd' ? positionOf(readArgument(call, decayFrom), scope) : null,
    shape:
      kind === 'cosine'
        ? fixedShape(call, 'cosine')
        : kind === 'wsd'
          ? readArgument(call, shape)
          : fixedShape(call, 'linear'),
  };
}

function checkDecay(call: Reading<CallValue>, { collector }: ScheduleScope): void {
  const { given, faulty, node } = call.value;
  const isGiven = (name: string) => given.has(name) || faulty.has(name);
  const { decay, decayFrom } = functions.wsd.parameters;
  if (isGiven(decay.name) && isGiven(decayFrom.name)) {
    const spans = node.arguments.filter((argument) => [decay.name, decayFrom.name].includes(argument.name?.text ?? ''));
    const related = spans.slice(0, 1).map((argument) => ({ span: argument.span, label: '' }));
    collector.add(diagnose(calls.decayTwice, spans.at(-1)!.span, {}, { related }));
  }
  const mayBeMisspelt = node.arguments.some((argument) => !isGiven(argument.name?.text ?? ''));
  if (!isGiven(decay.name) && !isGiven(decayFrom.name) && !mayBeMisspelt) {
    collector.add(diagnose(calls.decayMissing, call.span, {}));
  }
}

function fixedShape(call: Reading<CallValue>, value: ScheduleShape): Reading<ScheduleShape> {
  return { value, origin: call.origin, span: call.span };
}

function amountOf(reading: Reading<Quantity> | null): Reading<Fraction> | null {
  return reading && { ...reading, value: reading.value.amount };
}

function lengthOf(reading: Reading<Quantity> | null, { scale }: ScheduleScope): Reading<Length> | null {
  if (reading === null) return null;
  const { amount, dimension } = reading.value;
  if (dimension === 'steps') return { ...reading, value: { unit: 'steps', amount } };
  if (dimension === 'part') return { ...reading, value: { unit: 'part', amount } };
  return { ...reading, value: { unit: 'tokens', amount: amount.mul(scale) } };
}

function positionOf(reading: Reading<Quantity | EdgeValue> | null, scope: ScheduleScope): Reading<Length> | null {
  if (reading === null) return null;
  const { value } = reading;
  if (value.kind === 'quantity') return lengthOf({ ...reading, value }, scope);
  const at = edgePosition(value, scope);
  return at && { ...reading, value: { unit: 'tokens', amount: at } };
}

function edgePosition(edge: EdgeValue, { collector, stages, phase, total }: ScheduleScope): Fraction | null {
  const name = edge.of.text;
  const stage = stages.find((candidate) => candidate.name === name);
  if (stage) return (edge.edge === 'start' ? stage.from : stage.to)?.at ?? null;
  if (name === phase) return edge.edge === 'end' ? total : new Fraction(0);
  const near = proposeNames(name, [...stages.map((candidate) => candidate.name), phase]);
  const data = { name, wanted: 'a stage of this phase', near };
  collector.add(diagnose(names.unknownName, edge.of.span, data, { fix: replaceNameFix(edge.of.span, near) }));
  return null;
}

/** A length or position as tokens of the phase; null for steps, which need the planner. */
export function lengthInTokens(length: Length, total: Fraction): Fraction | null {
  if (length.unit === 'steps') return null;
  return length.unit === 'tokens' ? length.amount : length.amount.mul(total);
}
