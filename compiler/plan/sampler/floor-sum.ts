/**
 * Sum over n = 0 … count-1 of floor((a n + b) / modulus), exact, in O(log modulus) steps of the Euclidean algorithm.
 *
 * The lattice-point count under a line (Graham, Knuth, Patashnik, "Concrete Mathematics", section 3.5): reduce a and b
 * modulo `modulus`, then exchange the axes. `count >= 0` and `modulus > 0`; a and b may be any integers.
 */
export function floorSum(count: bigint, modulus: bigint, a: bigint, b: bigint): bigint {
  const { sum: shifted, slope, offset } = withoutWholeParts(count, modulus, a, b);
  let sum = shifted;
  let n = count;
  let m = modulus;
  let x = slope;
  let y = offset;
  for (;;) {
    const reach = x * n + y;
    if (reach < m) return sum;
    const columns = reach / m;
    const rest = reach % m;
    const next = withoutWholeParts(columns, x, m, rest);
    sum += next.sum;
    n = columns;
    m = x;
    x = next.slope;
    y = next.offset;
  }
}

/** Takes the whole multiples of the modulus out of slope and offset; what they add to the sum is returned. */
function withoutWholeParts(count: bigint, modulus: bigint, a: bigint, b: bigint) {
  const slope = nonNegativeRemainder(a, modulus);
  const offset = nonNegativeRemainder(b, modulus);
  const sum = (((count - 1n) * count) / 2n) * ((a - slope) / modulus) + count * ((b - offset) / modulus);
  return { sum, slope, offset };
}

function nonNegativeRemainder(value: bigint, modulus: bigint): bigint {
  const remainder = value % modulus;
  return remainder < 0n ? remainder + modulus : remainder;
}
