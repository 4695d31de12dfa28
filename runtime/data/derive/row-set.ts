/** A set of row indices, a bit each up to the largest. */
export interface RowSet {
  has(index: number): boolean;
  add(index: number): void;
}

export function createRowSet(): RowSet {
  let bits = new Uint8Array(1024);
  return {
    has: (index) => ((bits[Math.floor(index / 8)] ?? 0) & (1 << (index % 8))) !== 0,
    add(index) {
      const byte = Math.floor(index / 8);
      if (byte >= bits.length) {
        const larger = new Uint8Array(2 * Math.max(byte, bits.length));
        larger.set(bits);
        bits = larger;
      }
      bits[byte]! |= 1 << (index % 8);
    },
  };
}
