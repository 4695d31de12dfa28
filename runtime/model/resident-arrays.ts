import type { LoadedProgram } from '../engine/program/loaded-program.ts';
import type { ProgramBuilder } from '../engine/program.ts';
import { arraysWithin } from './arrays-within.ts';
import { sizeOf } from './parameters.ts';
import type { NamedArray } from './types.ts';

interface ArraySpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A variable of the program, and the arrays it is made of when it is a stack of several. */
interface ResidentVariable extends ArraySpec {
  readonly parts?: readonly ArraySpec[];
}

/** Variables of a program that are read and written in parts, so that no second copy of all of them is ever needed. */
export interface ResidentArrays {
  /** The arrays as they are read and written. */
  readonly layout: readonly ArraySpec[];
  readonly parts: readonly { readonly group: string; readonly specs: readonly ResidentVariable[] }[];
}

/** Values moved in one call: 64 MB. A larger array moves by itself. */
const PART_VALUES = 2 ** 24;

/**
 * Declares the signatures that read and write `variables`, which the builder must have, in parts of so many values. `layout`
 * gives the order of the arrays where variables are stacks of them.
 */
export function declareArrays(
  builder: ProgramBuilder,
  kind: string,
  variables: readonly ResidentVariable[],
  { partValues = PART_VALUES, layout = variables }: { partValues?: number; layout?: readonly ArraySpec[] } = {},
): ResidentArrays {
  const parts: { group: string; specs: ResidentVariable[] }[] = [];
  let room = 0;
  for (const spec of variables) {
    const size = sizeOf(spec.shape);
    if (parts.length === 0 || size > room) {
      parts.push({ group: `${kind}_${parts.length}`, specs: [] });
      room = partValues;
    }
    parts.at(-1)!.specs.push(spec);
    room -= size;
  }
  for (const { group, specs } of parts) {
    const names = specs.map(({ name }) => name);
    builder.readSignature(group, names);
    builder.assignSignature(group, names);
  }
  return { layout, parts };
}

/** The arrays, in the layout's order; only the first that fit into `mostBytes` where that is given. */
export async function readArrays(
  program: LoadedProgram,
  { layout, parts }: ResidentArrays,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<NamedArray[]> {
  const wanted = arraysWithin(layout, mostBytes);
  const names = new Set(wanted.map(({ name }) => name));
  const values = new Map<string, Float32Array>();
  for (const { group, specs } of parts) {
    if (!specs.some(({ name, parts }) => (parts ?? [{ name }]).some((part) => names.has(part.name)))) continue;
    const read = await program.call(`read_${group}`);
    for (const { name, parts } of specs) unstack(parts ?? [{ name }], read[name] as Float32Array, values);
  }
  return wanted.map(({ name, shape }) => ({ name, shape, values: values.get(name)! }));
}

function unstack(parts: readonly { readonly name: string }[], stack: Float32Array, values: Map<string, Float32Array>) {
  const size = stack.length / parts.length;
  parts.forEach(({ name }, index) => {
    values.set(name, stack.subarray(index * size, (index + 1) * size));
  });
}

/** Writes the arrays whose values `valuesOf` gives by name; at most a part of them is held at a time. */
export async function writeArrays(
  program: LoadedProgram,
  { parts }: ResidentArrays,
  valuesOf: (name: string) => Float32Array,
): Promise<void> {
  for (const { group, specs } of parts) {
    const feeds = specs.map((spec): [string, Float32Array] => [spec.name, stackOf(spec, valuesOf)]);
    await program.call(`assign_${group}`, Object.fromEntries(feeds));
  }
}

function stackOf({ name, shape, parts }: ResidentVariable, valuesOf: (name: string) => Float32Array): Float32Array {
  if (!parts || parts.length === 1) return valuesOf(parts?.[0]?.name ?? name);
  const stack = new Float32Array(sizeOf(shape));
  parts.forEach((part, index) => {
    stack.set(valuesOf(part.name), index * sizeOf(part.shape));
  });
  return stack;
}
