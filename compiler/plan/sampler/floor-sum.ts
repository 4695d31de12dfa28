/**
 * Sum over n = 0 … count-1 of floor((a n + b) / modulus), exact, in O(log modulus) steps of the Euclidean algorithm.
 *
 * The lattice-point count under a line (Graham, Knuth, Patashnik, "Concrete Mathematics", section 3.5): take the whole
 * multiples of the modulus out of a and b, then exchange the axes. `count >= 0` and `modulus > 0`; a and b may be any
 * integers.
 */
export function floorSum(count: bigint, modulus: bigint, a: bigint, b: bigint): bigint {
  let n = count;
  let m = modulus;
  let slope = nonNegativeRemainder(a, modulus);
  let offset = nonNegativeRemainder(b, modulus);
  let sum = pairs(n) * ((a - slope) / m) + n * ((b - offset) / m);
  for (;;) {
    const reach = slope * n + offset;
    if (reach < m) return sum;
    n = reach / m;
    offset = reach % m;
    [m, slope] = [slope, m];
    sum += pairs(n) * (slope / m) + n * (offset / m);
    slope %= m;
    offset %= m;
  }
}

/** 0 + 1 + … + (n - 1). */
function pairs(n: bigint): bigint {
  return ((n - 1n) * n) / 2n;
}

function nonNegativeRemainder(value: bigint, modulus: bigint): bigint {
  const remainder = value % modulus;
  return remainder < 0n ? remainder + modulus : remainder;
}
