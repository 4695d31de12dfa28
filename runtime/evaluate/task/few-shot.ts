import { philox4x32 } from '../../model/philox.ts';

/**
 * Indices of `count` different examples out of `available` for item `item`, never `excluded` (the item itself, where examples
 * come from the items; null otherwise). Equal seeds choose equal examples, whatever else is measured. Throws RangeError where
 * there are too few.
 */
export function chooseShots(
  count: number,
  available: number,
  { seed, item, excluded }: { readonly seed: number; readonly item: number; readonly excluded: number | null },
): readonly number[] {
  const others = excluded === null ? available : available - 1;
  if (count > others) throw new RangeError(`${count} examples were asked for, and there are ${others}`);
  const chosen: number[] = [];
  for (let draw = 0; chosen.length < count; draw++) {
    const index = Math.floor(uniform(seed, item, draw) * available);
    if (index !== excluded && !chosen.includes(index)) chosen.push(index);
  }
  return chosen;
}

/** The last counter word sets this use of the seed apart from others. */
function uniform(seed: number, item: number, draw: number): number {
  const words = new Uint32Array(4);
  philox4x32([draw >>> 0, item >>> 0, 0, 0x73686f74], [seed >>> 0, Math.floor(seed / 2 ** 32)], words);
  return ((words[0]! >>> 5) * 2 ** 26 + (words[1]! >>> 6)) / 2 ** 53;
}
