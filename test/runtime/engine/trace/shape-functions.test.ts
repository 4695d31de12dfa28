import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { loadCompiledEngine } from '../../../../runtime/engine/load.ts';
import { ProgramBuilder } from '../../../../runtime/engine/program.ts';
import { type RawAttribute, rawOp } from '../../../../runtime/engine/raw-op.ts';
import { SHAPE_FUNCTIONS } from '../../../../runtime/engine/trace/shape-functions.ts';
import { describeCompiled } from '../../../support/compiled-engine.ts';

interface Case {
  readonly attributes: Readonly<Record<string, RawAttribute>>;
  /** Made inside the function: floats of the inputs are fed, everything else is a constant. */
  readonly inputs: () => tf.Tensor[];
  readonly outputs?: number;
}

const T: RawAttribute = { type: 'float32' };
const INT: RawAttribute = { type: 'int32' };
const yes: RawAttribute = { boolean: true };
const no: RawAttribute = { boolean: false };
const count = (integer: number): RawAttribute => ({ integer });

const floats = (...shape: number[]) => {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, index) => ((index * 37) % 11) / 11 + 0.05),
    shape,
  );
};
const ints = (values: number[], shape: number[] = [values.length]) => tf.tensor(values, shape, 'int32');
const int = (value: number) => tf.scalar(value, 'int32');
const bools = (...values: number[]) => tf.tensor1d(values, 'bool');

const sameForAll = (names: string, make: Case) => names.split(' ').map((name) => [name, make] as const);

const CASES: Readonly<Record<string, Case>> = Object.fromEntries<Case>([
  ...sameForAll(
    'Abs Neg Sign Floor Ceil Round Reciprocal Square Sqrt Rsqrt Exp Expm1 Log Log1p Sin Cos Tan Tanh Erf Sigmoid Softplus Relu Relu6 Elu Selu Softmax LogSoftmax ZerosLike OnesLike Identity IsNan IsInf IsFinite',
    { attributes: { T }, inputs: () => [floats(2, 3)] },
  ),
  ...sameForAll(
    'Add AddV2 Sub Mul RealDiv DivNoNan FloorDiv FloorMod Maximum Minimum Pow SquaredDifference Atan2 Greater GreaterEqual Less LessEqual Equal NotEqual',
    { attributes: { T }, inputs: () => [floats(4, 1, 3), floats(2, 1)] },
  ),
  ...sameForAll('LogicalAnd LogicalOr', { attributes: {}, inputs: () => [bools(1, 0), bools(1)] }),
  ...sameForAll('Sum Mean Max Min Prod', {
    attributes: { T, Tidx: INT, keep_dims: yes },
    inputs: () => [floats(2, 3, 4), ints([0, -1])],
  }),
  ...sameForAll('All Any', { attributes: { Tidx: INT, keep_dims: no }, inputs: () => [bools(1, 0, 1), ints([0])] }),
  ...sameForAll('ArgMax ArgMin', {
    attributes: { T, Tidx: INT, output_type: INT },
    inputs: () => [floats(2, 3, 4), int(-2)],
  }),
  ...sameForAll('Cumsum Cumprod', {
    attributes: { T, Tidx: INT, exclusive: yes, reverse: no },
    inputs: () => [floats(2, 3), int(1)],
  }),
  ...sameForAll('StatelessRandomUniform StatelessRandomNormal', {
    attributes: { T: INT, Tseed: INT, dtype: T },
    inputs: () => [ints([3, 2]), ints([7, 9])],
  }),
]);

const OWN_CASES: Readonly<Record<string, Case>> = {
  EluGrad: { attributes: { T }, inputs: () => [floats(2, 3), floats(2, 3)] },
  LogicalNot: { attributes: {}, inputs: () => [bools(1, 0)] },
  AddN: { attributes: { T, N: count(3) }, inputs: () => [floats(2, 2), floats(2, 2), floats(2, 2)] },
  Select: { attributes: { T }, inputs: () => [bools(1, 0), floats(2), floats(2)] },
  SelectV2: { attributes: { T }, inputs: () => [bools(1, 0, 1), floats(2, 3), floats(1)] },
  TopKV2: { attributes: { T, sorted: yes }, inputs: () => [floats(2, 5), int(3)], outputs: 2 },
  MatMul: { attributes: { T, transpose_a: yes, transpose_b: no }, inputs: () => [floats(4, 2), floats(4, 3)] },
  BatchMatMulV2: { attributes: { T, adj_x: no, adj_y: yes }, inputs: () => [floats(2, 1, 2, 4), floats(3, 5, 4)] },
  SparseSoftmaxCrossEntropyWithLogits: {
    attributes: { T, Tlabels: INT },
    inputs: () => [floats(3, 5), ints([0, 4, 2])],
    outputs: 2,
  },
  Reshape: { attributes: { T, Tshape: INT }, inputs: () => [floats(2, 6), ints([3, -1, 2])] },
  ConcatV2: { attributes: { T, Tidx: INT, N: count(2) }, inputs: () => [floats(2, 3), floats(2, 1), int(-1)] },
  SplitV: {
    attributes: { T, Tlen: INT, num_split: count(2) },
    inputs: () => [floats(2, 5), ints([2, 3]), int(1)],
    outputs: 2,
  },
  ExpandDims: { attributes: { T, Tdim: INT }, inputs: () => [floats(2, 3), int(-1)] },
  Slice: { attributes: { T, Index: INT }, inputs: () => [floats(4, 5), ints([1, 2]), ints([2, -1])] },
  PadV2: {
    attributes: { T, Tpaddings: INT },
    inputs: () => [floats(2, 3), ints([0, 1, 2, 0], [2, 2]), tf.scalar(0.5)],
  },
  Pack: { attributes: { T, N: count(2), axis: count(-1) }, inputs: () => [floats(2, 3), floats(2, 3)] },
  Unpack: { attributes: { T, num: count(3), axis: count(1) }, inputs: () => [floats(2, 3)], outputs: 3 },
  Transpose: { attributes: { T, Tperm: INT }, inputs: () => [floats(2, 3, 4), ints([2, 0, 1])] },
  Tile: { attributes: { T, Tmultiples: INT }, inputs: () => [floats(2, 3), ints([2, 1])] },
  ReverseV2: { attributes: { T, Tidx: INT }, inputs: () => [floats(2, 3), ints([1])] },
  BroadcastTo: { attributes: { T, Tidx: INT }, inputs: () => [floats(3), ints([2, 3])] },
  GatherV2: {
    attributes: { Tparams: T, Tindices: INT, Taxis: INT, batch_dims: count(0) },
    inputs: () => [floats(3, 4, 2), ints([2, 0, 1, 3], [2, 2]), int(1)],
  },
  GatherNd: { attributes: { Tparams: T, Tindices: INT }, inputs: () => [floats(3, 4, 2), ints([2, 0, 1, 3], [2, 2])] },
  UnsortedSegmentSum: {
    attributes: { T, Tindices: INT, Tnumsegments: INT },
    inputs: () => [floats(4, 3), ints([1, 1, 0, 4]), int(5)],
  },
  ScatterNd: {
    attributes: { T, Tindices: INT },
    inputs: () => [ints([1, 1, 3], [3, 1]), floats(3, 2), ints([5, 2])],
  },
  TensorScatterUpdate: {
    attributes: { T, Tindices: INT },
    inputs: () => [floats(4, 2), ints([2, 0], [2, 1]), floats(2, 2)],
  },
  OneHot: {
    attributes: { T, TI: INT, axis: count(-1) },
    inputs: () => [ints([1, 2]), int(4), tf.scalar(1), tf.scalar(0)],
  },
  Cast: { attributes: { SrcT: T, DstT: INT, Truncate: no }, inputs: () => [tf.mul(floats(2, 3), 9)] },
  Fill: { attributes: { T, index_type: INT }, inputs: () => [ints([2, 3]), tf.scalar(4)] },
  Range: { attributes: { Tidx: INT }, inputs: () => [int(2), int(11), int(4)] },
};

/** Ops that exist in functions which XLA compiles only; their shapes and values are written out. */
const XLA_CASES: Record<string, { readonly is: () => tf.Tensor[]; readonly equals: () => tf.Tensor }> = {
  XlaDynamicSlice: {
    is: () => [floats(3, 4, 2), ints([1, 0, 0]), ints([1, 4, 2])],
    equals: () => tf.slice(floats(3, 4, 2), [1, 0, 0], [1, 4, 2]),
  },
  XlaDynamicUpdateSlice: {
    is: () => [floats(3, 4), tf.mul(floats(1, 4), 9), ints([1, 0])],
    equals: () =>
      tf.concat([
        tf.slice(floats(3, 4), [0, 0], [1, 4]),
        tf.mul(floats(1, 4), 9),
        tf.slice(floats(3, 4), [2, 0], [1, 4]),
      ]),
  },
};

const ALL = { ...CASES, ...OWN_CASES };

describeCompiled('shape functions', () => {
  test('every op of the registry has a case here', () => {
    expect([...Object.keys(ALL), ...Object.keys(XLA_CASES)].sort()).toEqual(Object.keys(SHAPE_FUNCTIONS).sort());
  });

  test('ops of XLA have the shape and values that they should', async () => {
    const builder = new ProgramBuilder(await loadCompiledEngine(), []);
    for (const [op, { is }] of Object.entries(XLA_CASES)) {
      builder.define(op, [], [], { xla: true }, () => {
        return { outputs: { result: rawOp(op, { T, Tindices: INT }, is(), 1)[0]! } };
      });
    }
    const program = await builder.load();
    await tf.setBackend('tensorflow');
    for (const [op, { equals }] of Object.entries(XLA_CASES)) {
      const results = program.callTensors(op);
      expect(results.result!.shape).toEqual(equals().shape);
      expect(Array.from(results.result!.dataSync())).toEqual(Array.from(equals().dataSync()));
    }
    program.dispose();
  });

  test('agree with the kernels in shape and type, and the recorded op computes the same', async () => {
    const engine = await loadCompiledEngine();
    const builder = new ProgramBuilder(engine, []);
    const recorded = new Map<string, { shape: readonly number[]; dtype: string }[]>();
    const fed = (make: () => tf.Tensor[]) => tf.tidy(() => make().map((it) => it.dataSync() as Float32Array));
    for (const [op, { attributes, inputs, outputs = 1 }] of Object.entries(ALL)) {
      await tf.setBackend('tensorflow');
      const kinds = tf.tidy(() => inputs().map((it) => ({ dtype: it.dtype, shape: it.shape })));
      const feeds = kinds.flatMap(({ dtype, shape }, index) =>
        dtype === 'float32' ? [{ name: `x${index}`, type: 'float32' as const, shape }] : [],
      );
      builder.define(op, feeds, [], { xla: false }, (values) => {
        const constants = inputs();
        const results = rawOp(
          op,
          attributes,
          constants.map((constant, index) => values[`x${index}`] ?? constant),
          outputs,
        );
        recorded.set(
          op,
          results.map(({ shape, dtype }) => ({ shape, dtype })),
        );
        const named = results.map(
          (it, index) => [`r${index}`, it.dtype === 'bool' ? tf.cast(it, 'int32') : it] as const,
        );
        return { outputs: Object.fromEntries(named) };
      });
    }
    const program = await builder.load();
    for (const [op, { attributes, inputs, outputs = 1 }] of Object.entries(ALL)) {
      const eager = rawOp(op, attributes, inputs(), outputs);
      expect({ op, is: recorded.get(op) }).toEqual({ op, is: eager.map(({ shape, dtype }) => ({ shape, dtype })) });
      const arrays = fed(inputs);
      const kinds = tf.tidy(() => inputs().map((it) => it.dtype));
      const feeds = Object.fromEntries(
        arrays.flatMap((array, index) => (kinds[index] === 'float32' ? [[`x${index}`, array]] : [])),
      );
      const results = await program.call(op, feeds);
      eager.forEach((tensor, index) => {
        const expected = Array.from(tensor.dataSync(), Number);
        const actual = Array.from(results[`r${index}`]!);
        expect({ op, length: actual.length }).toEqual({ op, length: expected.length });
        for (const [at, value] of actual.entries()) expect(value, `${op} ${at}`).toBeCloseTo(expected[at]!, 5);
      });
    }
    program.dispose();
  });
});
