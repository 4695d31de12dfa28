import { sizeOf } from './parameters.ts';

/** Bytes of a parameter's or slot's value. */
const VALUE_BYTES = 4;

/** The arrays, in order, that fit into so many bytes together: one that is too large is passed over. */
export function arraysWithin<T extends { readonly shape: readonly number[] }>(
  arrays: readonly T[],
  mostBytes: number,
): readonly T[] {
  let room = mostBytes;
  return arrays.filter(({ shape }) => {
    const bytes = VALUE_BYTES * sizeOf(shape);
    if (bytes > room) return false;
    room -= bytes;
    return true;
  });
}
