import type { LoadedProgram } from '../engine/program/loaded-program.ts';
import type { ProgramBuilder } from '../engine/program.ts';
import { sizeOf } from './parameters.ts';
import type { NamedArray } from './types.ts';

interface ArraySpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Variables of a program that are read and written in parts, so that no second copy of all of them is ever needed. */
export interface ResidentArrays {
  readonly layout: readonly ArraySpec[];
  readonly parts: readonly { readonly group: string; readonly specs: readonly ArraySpec[] }[];
}

/** Values moved in one call: 64 MB. A larger array moves by itself. */
const PART_VALUES = 2 ** 24;

/** Declares the signatures that read and write `layout`, whose variables the builder must have, in parts of so many values. */
export function declareArrays(
  builder: ProgramBuilder,
  kind: string,
  layout: readonly ArraySpec[],
  partValues = PART_VALUES,
): ResidentArrays {
  const parts: { group: string; specs: ArraySpec[] }[] = [];
  let room = 0;
  for (const spec of layout) {
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

/** The arrays, in the layout's order. */
export async function readArrays(program: LoadedProgram, { parts }: ResidentArrays): Promise<NamedArray[]> {
  const arrays: NamedArray[] = [];
  for (const { group, specs } of parts) {
    const values = await program.call(`read_${group}`);
    for (const { name, shape } of specs) arrays.push({ name, shape, values: values[name] as Float32Array });
  }
  return arrays;
}

/** Writes arrays that come in the layout's order; at most a part of them is held at a time. */
export async function writeArrays(
  program: LoadedProgram,
  { parts }: ResidentArrays,
  arrays: Iterable<NamedArray>,
): Promise<void> {
  const source = arrays[Symbol.iterator]();
  for (const { group, specs } of parts) {
    const feeds = specs.map((): [string, Float32Array] => {
      const { name, values } = source.next().value as NamedArray;
      return [name, values];
    });
    await program.call(`assign_${group}`, Object.fromEntries(feeds));
  }
}
