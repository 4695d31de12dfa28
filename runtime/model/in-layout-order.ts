import { sizeOf } from './parameters.ts';
import type { NamedArray } from './types.ts';

/** A state that is not this program's: another model's checkpoint, or a damaged one. */
export class StateMismatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StateMismatchError';
  }
}

/** Brings arrays into the order of `layout`; throws `StateMismatchError` unless they are exactly its names and shapes. */
export function inLayoutOrder(
  layout: readonly { readonly name: string; readonly shape: readonly number[] }[],
  arrays: readonly NamedArray[],
): NamedArray[] {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  const expected = new Set(layout.map(({ name }) => name));
  const unknown = arrays.find(({ name }) => !expected.has(name));
  if (unknown !== undefined) throw new StateMismatchError(`the model has no parameter or slot \`${unknown.name}\``);
  if (byName.size !== arrays.length) throw new StateMismatchError('an array is given twice');
  return layout.map(({ name, shape }) => {
    const array = byName.get(name);
    if (array === undefined) throw new StateMismatchError(`\`${name}\` is missing`);
    if (array.shape.join() !== shape.join() || array.values.length !== sizeOf(shape)) {
      throw new StateMismatchError(
        `\`${name}\` is [${array.shape.join(', ')}] but the model has [${shape.join(', ')}]`,
      );
    }
    return array;
  });
}

/** Gives an array's values by its name, after `inLayoutOrder` has found the arrays to be those of `layout`. */
export function valuesByName(
  layout: readonly { readonly name: string; readonly shape: readonly number[] }[],
  arrays: readonly NamedArray[],
): (name: string) => Float32Array {
  const values = new Map(inLayoutOrder(layout, arrays).map((array) => [array.name, array.values]));
  return (name) => values.get(name)!;
}
