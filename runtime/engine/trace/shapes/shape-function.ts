import type { GraphType } from '../../graph/data-type.ts';
import { TraceError } from '../trace-error.ts';

/** What a shape function sees of an input. `values` are there when the input is a constant of the JavaScript side. */
export interface Operand {
  readonly shape: readonly number[];
  readonly type: GraphType;
  readonly values: ArrayLike<number> | null;
}

/** An output's shape; its type where it is not the op's `T` attribute, or else the first input's type. */
export interface OutputShape {
  readonly shape: readonly number[];
  readonly type?: GraphType;
}

/** An op's raw attributes, by name: booleans, numbers, type codes. */
export type RawAttributes = Readonly<Record<string, unknown>>;

/** Shapes of an op's outputs from its inputs; the trace computes nothing else. */
export type ShapeFunction = (inputs: readonly Operand[], attributes: RawAttributes) => readonly OutputShape[];

/** An input, which must be there. */
export function operand(inputs: readonly Operand[], index: number): Operand {
  const input = inputs[index];
  if (!input) throw new TraceError(`input ${index} is missing`);
  return input;
}

/** The values of an input that decides a shape: it must be a constant. */
export function constant(inputs: readonly Operand[], index: number): number[] {
  const { values } = operand(inputs, index);
  if (!values) throw new TraceError(`input ${index} decides a shape, so it must be a constant`);
  return Array.from(values);
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The shape two shapes are broadcast to, by NumPy's rule. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[a.length - rank + axis] ?? 1;
    const y = b[b.length - rank + axis] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new TraceError(`shapes [${a}] and [${b}] do not broadcast`);
    return x === 1 ? y : x;
  });
}

/** A negative axis counts from the end. */
export const axisIn = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
