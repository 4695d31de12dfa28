/** `count` integers of 24 bits: the twin of `hashed` in test/fixtures/make_llama_fixtures.py. */
export function hashedIntegers(stream: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => {
    let x = (Math.imul(index, 2654435761) + stream * 40503 + 1) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
    return (x ^ (x >>> 16)) >>> 8;
  });
}

/** Values in [-0.5, 0.5), exact in float32. */
export function hashedUniform(stream: number, count: number): Float32Array {
  return Float32Array.from(hashedIntegers(stream, count), (integer) => integer / 2 ** 24 - 0.5);
}
