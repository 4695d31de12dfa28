import * as tf from '@tensorflow/tfjs-core';

const BACKEND = 'wasm';

type Inputs = Readonly<Record<string, tf.TensorInfo>> | readonly tf.TensorInfo[];

/** Calls a kernel of the backend directly: the results are not counted by TensorFlow.js and must be disposed of here. */
function runKernel(backend: tf.KernelBackend, name: string, inputs: Inputs, attrs: object): tf.TensorInfo {
  const kernel = tf.getKernel(name, BACKEND);
  return kernel.kernelFunc({
    inputs: inputs as unknown as tf.NamedTensorInfoMap,
    backend,
    attrs: attrs as tf.NamedAttrMap,
  }) as tf.TensorInfo;
}

/** Kernel results that live until the end of one kernel. */
class Scratch {
  readonly #backend: tf.KernelBackend;
  readonly #held: tf.TensorInfo[] = [];

  constructor(backend: tf.KernelBackend) {
    this.#backend = backend;
  }

  run(name: string, inputs: Inputs, attrs: object): tf.TensorInfo {
    const result = runKernel(this.#backend, name, inputs, attrs);
    this.#held.push(result);
    return result;
  }

  dispose(): void {
    for (const { dataId } of this.#held) this.#backend.disposeData(dataId);
  }
}

/** Runs `work` with scratch results, which are disposed of after it; what it returns must not be one of them. */
function withScratch(backend: unknown, work: (scratch: Scratch, backend: tf.KernelBackend) => tf.TensorInfo) {
  const scratch = new Scratch(backend as tf.KernelBackend);
  try {
    return work(scratch, backend as tf.KernelBackend);
  } finally {
    scratch.dispose();
  }
}

/** Missing in the backend: the gradient of a lookup. ScatterNd adds up rows of equal index, which is the same. */
const unsortedSegmentSum: tf.KernelFunc = ({ inputs, attrs, backend }) =>
  withScratch(backend, (scratch, wasm) => {
    const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
    const { numSegments } = attrs as unknown as { numSegments: number };
    const indices = scratch.run('Reshape', { x: segmentIds }, { shape: [...segmentIds.shape, 1] });
    const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
    return runKernel(wasm, 'ScatterNd', { indices, updates: x }, { shape });
  });

/** The backend's own gives zeros for any type but int32. */
function oneHot(own: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { dtype } = call.attrs as unknown as { dtype: tf.DataType };
    if (dtype === 'int32') return own(call);
    const whole = own({ ...call, attrs: { ...call.attrs, dtype: 'int32' } }) as tf.TensorInfo;
    const backend = call.backend as tf.KernelBackend;
    const result = runKernel(backend, 'Cast', { x: whole }, { dtype });
    backend.disposeData(whole.dataId);
    return result;
  };
}

/** The backend's own is four times slower when it transposes or has a batch: transpose first, and go through the batch. */
function batchMatMul(own: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, attrs, backend }) =>
    withScratch(backend, (scratch, wasm) => {
      const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
      const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
      const left = transposeA ? transposed(scratch, a) : a;
      const right = transposeB ? transposed(scratch, b) : b;
      const plain = { transposeA: false, transposeB: false };
      const product = (x: tf.TensorInfo, y: tf.TensorInfo) =>
        own({ inputs: { a: x, b: y }, backend, attrs: plain }) as tf.TensorInfo;
      const batch = batchSize(left);
      if (batch === 1 || batch !== batchSize(right)) return product(left, right);
      return batchedProduct(scratch, wasm, left, right, product);
    });
}

const batchSize = ({ shape }: tf.TensorInfo): number => tf.util.sizeFromShape(shape.slice(0, -2));

function transposed(scratch: Scratch, x: tf.TensorInfo): tf.TensorInfo {
  const rank = x.shape.length;
  const perm = [...x.shape.keys()];
  perm.splice(rank - 2, 2, rank - 1, rank - 2);
  return scratch.run('Transpose', { x }, { perm });
}

function batchedProduct(
  scratch: Scratch,
  backend: tf.KernelBackend,
  left: tf.TensorInfo,
  right: tf.TensorInfo,
  product: (x: tf.TensorInfo, y: tf.TensorInfo) => tf.TensorInfo,
): tf.TensorInfo {
  const batch = batchSize(left);
  const flat = [left, right].map((x) => scratch.run('Reshape', { x }, { shape: [batch, ...x.shape.slice(-2)] }));
  const matrix = (x: tf.TensorInfo, index: number) =>
    scratch.run('Slice', { x }, { begin: [index, 0, 0], size: [1, ...x.shape.slice(1)] });
  const parts = Array.from({ length: batch }, (_, index) => {
    const [x, y] = flat.map((it) => matrix(it, index)) as [tf.TensorInfo, tf.TensorInfo];
    return product(x, y);
  });
  const joined = scratch.run('Concat', parts, { axis: 0 });
  for (const { dataId } of parts) backend.disposeData(dataId);
  const shape = [...left.shape.slice(0, -1), right.shape[right.shape.length - 1] as number];
  return runKernel(backend, 'Reshape', { x: joined }, { shape });
}

/** Supplies and repairs kernels of TensorFlow.js's WebAssembly backend (4.22) so that a decoder can be trained on it. */
export function repairWasmKernels(): void {
  const replace = (kernelName: string, kernelFunc: tf.KernelFunc) => {
    if (tf.getKernel(kernelName, BACKEND)) tf.unregisterKernel(kernelName, BACKEND);
    tf.registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
  };
  replace('UnsortedSegmentSum', unsortedSegmentSum);
  replace('OneHot', oneHot(tf.getKernel('OneHot', BACKEND).kernelFunc));
  replace('BatchMatMul', batchMatMul(tf.getKernel('BatchMatMul', BACKEND).kernelFunc));
}
