/**
 * First-fit decreasing: the longest first, each into the first bin that has room, else into a new one (Johnson 1973: at most
 * 11/9 of the fewest bins + 6/9). Returns the indices of each bin; every index is in exactly one. Equal lengths keep their
 * order. Takes n log n steps: the first bin with room is found in a tree of the bins' room. Lengths are 1 … capacity.
 */
export function packFirstFit(lengths: readonly number[], capacity: number): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  let leaves = 1;
  while (leaves < Math.max(1, lengths.length)) leaves *= 2;
  /** Room of bin i at leaves + i; a node has the most of its children. Bins that are not open yet have it all. */
  const room = new Float64Array(2 * leaves).fill(capacity);
  const bins: number[][] = [];
  for (const index of order) {
    const length = lengths[index]!;
    if (!(length >= 1 && length <= capacity)) throw new RangeError(`a length of ${length} does not fit ${capacity}`);
    let node = 1;
    while (node < leaves) node = room[2 * node]! >= length ? 2 * node : 2 * node + 1;
    const bin = node - leaves;
    if (bin === bins.length) bins.push([]);
    bins[bin]!.push(index);
    room[node]! -= length;
    for (let parent = node >> 1; parent >= 1; parent >>= 1) {
      room[parent] = Math.max(room[2 * parent]!, room[2 * parent + 1]!);
    }
  }
  return bins;
}
