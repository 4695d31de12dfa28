import type { DataType, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** An attribute of an op as TensorFlow.js's addon takes it: a name, one of the addon's `TF_ATTR_*` codes, a value. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The part of the addon (`tfjs_binding.node`) that is used here. */
export interface NativeBinding {
  readonly TF_Version: string;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  isUsingGpuDevice(): boolean;
}

/**
 * TensorFlow.js's own Node backend, as far as it is used here. Its kernels call these on whatever backend they are given. What
 * it gives back are tensors which TensorFlow.js's engine counts already.
 */
export interface NativeBackend extends KernelBackend {
  readonly binding: NativeBinding;
  readonly isUsingGpuDevice: boolean;
  getDTypeInteger(dtype: DataType): number;
  createReductionOpAttrs(tensor: TensorInfo, keepDims?: boolean): OpAttribute[];
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): TensorInfo[];
  /** Opens a session on a SavedModel folder; returns its id. */
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  /** Blocks until the outputs are there. Names are node names with `:0`. */
  runSavedModel(
    session: number,
    inputs: readonly TensorInfo[],
    inputInfos: readonly { readonly name: string }[],
    outputNames: readonly string[],
  ): Tensor[];
  deleteSavedModel(session: number): void;
}
