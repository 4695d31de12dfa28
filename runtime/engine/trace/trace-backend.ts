import * as tf from '@tensorflow/tfjs-core';
import type { GraphType } from '../graph/data-type.ts';
import type { Edge } from '../graph/graph-builder.ts';
import type { NativeBackend, NativeBinding, OpAttribute } from '../native-backend.ts';
import { edgeOf } from './constant-edge.ts';
import { recordOp } from './record-op.ts';
import { refuseRandomOp } from './refuse-random.ts';
import { sizeOf } from './shapes/shape-function.ts';
import { TraceError } from './trace-error.ts';
import type { TracedTensor, TracedValue, TraceScope } from './trace-scope.ts';

export const TRACE_BACKEND = 'trace';

/**
 * A TensorFlow.js backend that computes nothing. Its kernels are those of the native backend; what they ask to be executed
 * is recorded into the current scope's graph.
 */
export class TraceBackend extends tf.KernelBackend {
  readonly binding: NativeBinding;
  readonly isGPUPackage = false;
  readonly isUsingGpuDevice = false;
  readonly #native: NativeBackend;
  readonly #values: tf.DataStorage<TracedValue>;
  #scope: TraceScope | null = null;

  constructor(native: NativeBackend) {
    super();
    this.#native = native;
    this.binding = native.binding;
    this.#values = new tf.DataStorage(this, tf.engine());
  }

  /** Records into `scope` while `work` runs. */
  recording<T>(scope: TraceScope, work: () => T): T {
    const outer = this.#scope;
    this.#scope = scope;
    try {
      return work();
    } finally {
      this.#scope = outer;
    }
  }

  /** The scope that is recorded into. Throws outside a trace. */
  get scope(): TraceScope {
    if (!this.#scope) throw new TraceError('a traced tensor was used outside its function');
    return this.#scope;
  }

  get isRecording(): boolean {
    return this.#scope !== null;
  }

  /** A tensor that stands for an edge of the current scope's graph. */
  tensorOf(shape: readonly number[], type: GraphType, edge: Edge): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.#infoOf(shape, type, edge), this);
  }

  /** The edge of a tensor in the current scope's graph; constants of the JavaScript side get a node. */
  edgeOf(tensor: TracedTensor): Edge {
    return edgeOf(this.scope, this.tracedValue(tensor));
  }

  tracedValue(tensor: TracedTensor): TracedValue {
    // `get` of a missing tensor would move it here from its own backend, and freeze its values silently.
    if (!this.#values.has(tensor.dataId)) throw outsideError();
    return this.#values.get(tensor.dataId);
  }

  #infoOf(shape: readonly number[], type: GraphType, edge: Edge): tf.TensorInfo {
    const dataId = {};
    this.#values.set(dataId, { shape, type, values: null, edge, scope: this.scope, references: 1 });
    return { dataId, shape: [...shape], dtype: type === 'int32' || type === 'bool' ? type : 'float32' };
  }

  // What TensorFlow.js's Node kernels call on their backend.

  getDTypeInteger(dtype: tf.DataType): number {
    return this.#native.getDTypeInteger(dtype);
  }

  typeAttributeFromTensor(tensor: tf.TensorInfo): number {
    return this.getDTypeInteger(tensor.dtype);
  }

  createReductionOpAttrs(tensor: tf.TensorInfo, keepDims = false): OpAttribute[] {
    return this.#native.createReductionOpAttrs(tensor, keepDims);
  }

  executeSingleInput(op: string, input: tf.TensorInfo): tf.TensorInfo | undefined {
    const type = { name: 'T', type: this.binding.TF_ATTR_TYPE, value: this.getDTypeInteger(input.dtype) };
    return this.executeSingleOutput(op, [type], [input]);
  }

  executeSingleOutput(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.TensorInfo[],
  ): tf.TensorInfo | undefined {
    return this.executeMultipleOutputs(op, attributes, inputs, 1)[0];
  }

  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.TensorInfo[],
    count: number,
  ): tf.TensorInfo[] {
    const values = inputs.map((tensor) => this.#viewed(tensor));
    const outputs = recordOp(this.scope, this.binding, op, attributes, values);
    return outputs.slice(0, count).map(({ shape, type, edge }) => this.#infoOf(shape, type, edge));
  }

  /** The value of a tensor, which must have the tensor's own shape (other backends reshape without an op). */
  #viewed(tensor: tf.TensorInfo): TracedValue {
    const value = this.tracedValue(tensor);
    if (sizeOf(value.shape) !== sizeOf(tensor.shape) || value.shape.length !== tensor.shape.length) {
      throw new TraceError(`a tensor of shape [${tensor.shape}] was recorded with [${value.shape}]`);
    }
    return value;
  }

  // Storage, as every TensorFlow.js backend has it.

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.#store(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(): void {
    throw outsideError();
  }

  #store(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType, references: number): void {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw new TraceError(`a constant of type \`${dtype}\` cannot be traced`);
    }
    const numbers = values as ArrayLike<number>;
    this.#values.set(dataId, { shape, type: dtype, values: numbers, edge: null, scope: null, references });
  }

  override readSync(dataId: object): tf.BackendValues {
    const { values } = this.#values.get(dataId);
    if (!values)
      throw new TraceError('a traced value was read back to JavaScript; it has none before the program runs');
    return values as tf.BackendValues;
  }

  override async read(dataId: object): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.#values.has(dataId)) return true;
    const value = this.#values.get(dataId);
    value.references--;
    if (!force && value.references > 0) return false;
    this.#values.delete(dataId);
    return true;
  }

  override refCount(dataId: object): number {
    return this.#values.has(dataId) ? this.#values.get(dataId).references : 0;
  }

  override incRef(dataId: object): void {
    this.#values.get(dataId).references++;
  }

  override numDataIds(): number {
    return this.#values.numDataIds();
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {}
}

const outsideError = () =>
  new TraceError('a tensor from outside was used in a traced function: give it as an input, or make it inside');

/** Registers the backend and its kernels, once. */
export function traceBackend(native: NativeBackend): TraceBackend {
  const known = tf.findBackend(TRACE_BACKEND);
  if (known) return known as TraceBackend;
  tf.registerBackend(TRACE_BACKEND, () => new TraceBackend(native), 0);
  tf.copyRegisteredKernels('tensorflow', TRACE_BACKEND);
  replaceKernel('GatherV2', gatherKernel);
  replaceKernel('Multinomial', () => refuseRandomOp('Multinomial') as never);
  return tf.findBackend(TRACE_BACKEND) as TraceBackend;
}

function replaceKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  tf.unregisterKernel(kernelName, TRACE_BACKEND);
  tf.registerKernel({ kernelName, backendName: TRACE_BACKEND, kernelFunc });
}

/** The native kernel reads its indices back to check their bounds. TensorFlow checks them again when the program runs. */
const gatherKernel: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const trace = backend as TraceBackend;
  const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
  const { axis, batchDims } = attrs as { axis: number; batchDims: number };
  const type = (name: string, dtype: tf.DataType) => ({
    name,
    type: trace.binding.TF_ATTR_TYPE,
    value: trace.getDTypeInteger(dtype),
  });
  const attributes = [
    { name: 'batch_dims', type: trace.binding.TF_ATTR_INT, value: batchDims },
    type('Tparams', x.dtype),
    type('Tindices', indices.dtype),
    type('Taxis', 'int32'),
  ];
  return trace.executeSingleOutput('GatherV2', attributes, [x, indices, tf.scalar(axis, 'int32')]) as tf.TensorInfo;
};
