/** A kind of GPU, for cost and memory. */
export interface GpuRow {
  /** As written in a recipe: the model and its memory. */
  readonly name: string;
  /** Peak of dense bfloat16 matrix products with float32 sums, FLOP/s (sparsity is not counted). */
  readonly peakFlops: number;
  /** Bytes of memory, as the vendor counts them (GB = 10^9 bytes). */
  readonly memoryBytes: number;
  /** Where both figures come from. */
  readonly source: string;
}

const gigabytes = 1e9;
const teraflops = 1e12;

/** The kinds of GPU that a cluster can be made of. A data sheet that gives FLOP/s with sparsity is halved. */
export const gpus: readonly GpuRow[] = [
  {
    name: 'h100_80gb',
    peakFlops: 989 * teraflops,
    memoryBytes: 80 * gigabytes,
    source: 'NVIDIA H100 data sheet, SXM5',
  },
  {
    name: 'h100_pcie_80gb',
    peakFlops: 756 * teraflops,
    memoryBytes: 80 * gigabytes,
    source: 'NVIDIA H100 data sheet, PCIe',
  },
  {
    name: 'h200_141gb',
    peakFlops: 989 * teraflops,
    memoryBytes: 141 * gigabytes,
    source: 'NVIDIA H200 data sheet, SXM',
  },
  {
    name: 'b200_180gb',
    peakFlops: 2250 * teraflops,
    memoryBytes: 180 * gigabytes,
    source: 'NVIDIA HGX B200 data sheet',
  },
  {
    name: 'a100_80gb',
    peakFlops: 312 * teraflops,
    memoryBytes: 80 * gigabytes,
    source: 'NVIDIA A100 data sheet, SXM4',
  },
  {
    name: 'a100_40gb',
    peakFlops: 312 * teraflops,
    memoryBytes: 40 * gigabytes,
    source: 'NVIDIA A100 data sheet, SXM4',
  },
  {
    name: 'l40s_48gb',
    peakFlops: 362 * teraflops,
    memoryBytes: 48 * gigabytes,
    source: 'NVIDIA L40S data sheet',
  },
  {
    name: 'rtx_4090_24gb',
    peakFlops: 165 * teraflops,
    memoryBytes: 24 * gigabytes,
    source: 'NVIDIA Ada architecture white paper, appendix A',
  },
  {
    name: 'mi300x_192gb',
    peakFlops: 1307 * teraflops,
    memoryBytes: 192 * gigabytes,
    source: 'AMD Instinct MI300X data sheet',
  },
];

/** The row of a kind of GPU; undefined when there is none. */
export function gpuByName(name: string): GpuRow | undefined {
  return gpus.find((row) => row.name === name);
}
