import * as tf from '@tensorflow/tfjs-core';
import fc, { type Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import { loadCompiledEngine } from '../../../../runtime/engine/load.ts';
import { ProgramBuilder } from '../../../../runtime/engine/program.ts';
import { type RawAttribute, rawOp } from '../../../../runtime/engine/raw-op.ts';
import { SHAPE_FUNCTIONS } from '../../../../runtime/engine/trace/shape-functions.ts';
import { describeCompiled } from '../../../support/compiled-engine.ts';

/** A tensor to make, as a value: it is made once for the kernel and once for the trace. */
interface Operand {
  readonly type: 'float32' | 'int32' | 'bool';
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Call {
  readonly attributes: Readonly<Record<string, RawAttribute>>;
  readonly inputs: readonly Operand[];
  readonly outputs: number;
}

const T: RawAttribute = { type: 'float32' };
const INT: RawAttribute = { type: 'int32' };
const integer = (value: number): RawAttribute => ({ integer: value });
const boolean = (value: boolean): RawAttribute => ({ boolean: value });

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
const floats = (shape: readonly number[]): Operand => ({
  type: 'float32',
  shape,
  values: Array.from({ length: sizeOf(shape) }, (_, index) => ((index * 37) % 11) / 11 + 0.05),
});
const bools = (shape: readonly number[]): Operand => ({
  type: 'bool',
  shape,
  values: Array.from({ length: sizeOf(shape) }, (_, index) => index % 2),
});
/** Indices below `bound`. */
const indices = (shape: readonly number[], bound: number): Operand => ({
  type: 'int32',
  shape,
  values: Array.from({ length: sizeOf(shape) }, (_, index) => (index * 7) % bound),
});
const ints = (values: readonly number[], shape: readonly number[] = [values.length]): Operand => ({
  type: 'int32',
  shape,
  values,
});
const int = (value: number): Operand => ints([value], []);
const call = (attributes: Call['attributes'], inputs: readonly Operand[], outputs = 1): Call => ({
  attributes,
  inputs,
  outputs,
});

const size = fc.integer({ min: 1, max: 4 });
const shapes = (minLength = 0, maxLength = 4): Arbitrary<number[]> => fc.array(size, { minLength, maxLength });
/** An axis of a shape, counted from its start or its end. */
const axisOf = (rank: number): Arbitrary<number> => fc.integer({ min: -rank, max: rank - 1 });
const withAxis = (make: (shape: number[], axis: number, flag: boolean) => Call, minRank = 1): Arbitrary<Call> =>
  shapes(minRank).chain((shape) =>
    fc.tuple(axisOf(shape.length), fc.boolean()).map(([axis, flag]) => make(shape, axis, flag)),
  );
const positive = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

/** Two shapes that broadcast: parts of one, with some sizes 1. */
const broadcasting: Arbitrary<[number[], number[]]> = shapes(0, 4).chain((whole) => {
  const part = fc
    .tuple(fc.nat(whole.length), fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }))
    .map(([drop, ones]) => whole.map((length, axis) => (ones[axis] ? 1 : length)).slice(drop));
  return fc.tuple(part, part);
});

const unary = shapes().map((shape) => call({ T }, [floats(shape)]));
const rowWise = shapes(1).map((shape) => call({ T }, [floats(shape)]));
const binary = broadcasting.map(([a, b]) => call({ T }, [floats(a), floats(b)]));
const logical = broadcasting.map(([a, b]) => call({}, [bools(a), bools(b)]));
const axes: Arbitrary<{ shape: number[]; axes: number[]; keep: boolean }> = shapes().chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc
      .subarray(shape.map((_, axis) => axis))
      .chain((chosen) =>
        fc
          .array(fc.boolean(), { minLength: chosen.length, maxLength: chosen.length })
          .map((flags) => chosen.map((axis, at) => (flags[at] ? axis - shape.length : axis))),
      ),
    keep: fc.boolean(),
  }),
);
const reduction = axes.map(({ shape, axes: over, keep }) =>
  call({ T, Tidx: INT, keep_dims: boolean(keep) }, [floats(shape), ints(over)]),
);
const test01 = axes.map(({ shape, axes: over, keep }) =>
  call({ Tidx: INT, keep_dims: boolean(keep) }, [bools(shape), ints(over)]),
);
const argument = withAxis((shape, axis) => call({ T, Tidx: INT, output_type: INT }, [floats(shape), int(axis)]));
const cumulative = withAxis((shape, axis, flag) =>
  call({ T, Tidx: INT, exclusive: boolean(flag), reverse: boolean(!flag) }, [floats(shape), int(axis)]),
);
const stateless = shapes().map((shape) => call({ T: INT, Tseed: INT, dtype: T }, [ints(shape), ints([7, 9])]));

const matMul = fc
  .tuple(size, size, size, fc.boolean(), fc.boolean())
  .map(([m, k, n, ta, tb]) =>
    call({ T, transpose_a: boolean(ta), transpose_b: boolean(tb) }, [
      floats(ta ? [k, m] : [m, k]),
      floats(tb ? [n, k] : [k, n]),
    ]),
  );
const batchMatMul = fc
  .tuple(broadcasting, size, size, size, fc.boolean(), fc.boolean())
  .map(([[a, b], m, k, n, ta, tb]) =>
    call({ T, adj_x: boolean(ta), adj_y: boolean(tb) }, [
      floats([...a.slice(-2), ...(ta ? [k, m] : [m, k])]),
      floats([...b.slice(-2), ...(tb ? [n, k] : [k, n])]),
    ]),
  );

const reshape = shapes().chain((shape) =>
  fc.tuple(fc.shuffledSubarray(shape, { minLength: shape.length }), fc.boolean(), fc.nat(3)).map(([to, free, at]) => {
    const wanted = free && to.length > 0 ? to.map((length, axis) => (axis === at % to.length ? -1 : length)) : to;
    return call({ T, Tshape: INT }, [floats(shape), ints(wanted)]);
  }),
);
const concat = withAxis((shape, axis, flag) => {
  const other = shape.map((length, at) => (at === positive(axis, shape.length) ? length + 2 : length));
  const parts = flag ? [shape, other] : [other, shape, shape];
  return call({ T, Tidx: INT, N: integer(parts.length) }, [...parts.map(floats), int(axis)]);
});
const splitV = withAxis((shape, axis) => {
  const whole = shape.map((length, at) => (at === positive(axis, shape.length) ? length + 3 : length));
  const lengths = [1, whole.at(axis)! - 3, 2];
  return call({ T, Tlen: INT, num_split: integer(3) }, [floats(whole), ints(lengths), int(axis)], 3);
});
const expandDims = shapes(0, 3).chain((shape) =>
  axisOf(shape.length + 1).map((axis) => call({ T, Tdim: INT }, [floats(shape), int(axis)])),
);
const slice = shapes(1).chain((shape) =>
  fc.tuple(...shape.map((length) => fc.tuple(fc.nat(length - 1), fc.boolean()))).map((cuts) => {
    const from = cuts.map(([start]) => start);
    const lengths = cuts.map(([start, rest], at) => (rest ? -1 : shape[at]! - start));
    return call({ T, Index: INT }, [floats(shape), ints(from), ints(lengths)]);
  }),
);
const pad = shapes(1).chain((shape) =>
  fc
    .array(fc.nat(2), { minLength: 2 * shape.length, maxLength: 2 * shape.length })
    .map((padding) => call({ T, Tpaddings: INT }, [floats(shape), ints(padding, [shape.length, 2]), floats([])])),
);
const pack = shapes(0, 3).chain((shape) =>
  fc.tuple(axisOf(shape.length + 1), fc.integer({ min: 1, max: 3 })).map(([axis, parts]) =>
    call(
      { T, N: integer(parts), axis: integer(axis) },
      Array.from({ length: parts }, () => floats(shape)),
    ),
  ),
);
const unpack = withAxis((shape, axis) =>
  call({ T, num: integer(shape.at(axis)!), axis: integer(axis) }, [floats(shape)], shape.at(axis)!),
);
const transpose = shapes().chain((shape) =>
  fc
    .shuffledSubarray(
      shape.map((_, axis) => axis),
      { minLength: shape.length },
    )
    .map((order) => call({ T, Tperm: INT }, [floats(shape), ints(order)])),
);
const tile = shapes(1).chain((shape) =>
  fc
    .array(fc.integer({ min: 1, max: 3 }), { minLength: shape.length, maxLength: shape.length })
    .map((times) => call({ T, Tmultiples: INT }, [floats(shape), ints(times)])),
);
const reverse = axes.map(({ shape, axes: over }) => call({ T, Tidx: INT }, [floats(shape), ints(over)]));
const broadcastTo = fc.tuple(shapes(0, 3), shapes(0, 2), fc.boolean()).map(([shape, before, one]) => {
  const from = one && shape.length > 0 ? [1, ...shape.slice(1)] : shape;
  return call({ T, Tidx: INT }, [floats(from), ints([...before, ...shape])]);
});
const gather = shapes(1).chain((shape) =>
  fc
    .tuple(fc.nat(shape.length - 1), shapes(0, 2))
    .map(([axis, picked]) =>
      call({ Tparams: T, Tindices: INT, Taxis: INT, batch_dims: integer(0) }, [
        floats(shape),
        indices(picked, shape[axis]!),
        int(axis),
      ]),
    ),
);
const gatherNd = shapes(1).chain((shape) =>
  fc
    .tuple(fc.integer({ min: 1, max: shape.length }), shapes(0, 2))
    .map(([depth, picked]) =>
      call({ Tparams: T, Tindices: INT }, [floats(shape), indices([...picked, depth], Math.min(...shape))]),
    ),
);
const segmentSum = shapes(1).chain((shape) =>
  fc
    .tuple(fc.integer({ min: 1, max: shape.length }), size)
    .map(([rank, segments]) =>
      call({ T, Tindices: INT, Tnumsegments: INT }, [
        floats(shape),
        indices(shape.slice(0, rank), segments),
        int(segments),
      ]),
    ),
);
const scatterNd = fc
  .tuple(shapes(1, 3), size)
  .chain(([shape, updates]) =>
    fc
      .integer({ min: 1, max: shape.length })
      .map((depth) =>
        call({ T, Tindices: INT }, [
          indices([updates, depth], Math.min(...shape)),
          floats([updates, ...shape.slice(depth)]),
          ints(shape),
        ]),
      ),
  );
const scatterUpdate = shapes(1, 3).map((shape) =>
  call({ T, Tindices: INT }, [floats(shape), ints([0], [1, 1]), floats([1, ...shape.slice(1)])]),
);
const oneHot = fc
  .tuple(shapes(0, 3), size)
  .map(([shape, depth]) =>
    call({ T, TI: INT, axis: integer(-1) }, [indices(shape, depth), int(depth), floats([]), floats([])]),
  );
const select = shapes(0, 3).map((shape) => call({ T }, [bools(shape), floats(shape), floats(shape)]));
const selectV2 = fc
  .tuple(broadcasting, fc.boolean())
  .map(([[a, b], flag]) => call({ T }, [bools(flag ? a : b), floats(a), floats(b)]));
const range = fc
  .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 4 }))
  .map(([from, length, step]) => call({ Tidx: INT }, [int(from), int(from + length), int(step)]));

const each = (names: string, make: Arbitrary<Call>) => names.split(' ').map((name) => [name, make] as const);

const CALLS: Readonly<Record<string, Arbitrary<Call>>> = Object.fromEntries<Arbitrary<Call>>([
  ...each(
    'Abs Neg Sign Floor Ceil Round Reciprocal Square Sqrt Rsqrt Exp Expm1 Log Log1p Sin Cos Tan Tanh Erf Sigmoid Softplus Relu Relu6 Elu Selu ZerosLike OnesLike Identity IsNan IsInf IsFinite',
    unary,
  ),
  ...each('Softmax LogSoftmax', rowWise),
  ...each(
    'Add AddV2 Sub Mul RealDiv DivNoNan FloorDiv FloorMod Maximum Minimum Pow SquaredDifference Atan2 Greater GreaterEqual Less LessEqual Equal NotEqual',
    binary,
  ),
  ...each('LogicalAnd LogicalOr', logical),
  ...each('Sum Mean Max Min Prod', reduction),
  ...each('All Any', test01),
  ...each('ArgMax ArgMin', argument),
  ...each('Cumsum Cumprod', cumulative),
  ...each('StatelessRandomUniform StatelessRandomNormal', stateless),
  ['LogicalNot', shapes().map((shape) => call({}, [bools(shape)]))],
  ['EluGrad', shapes().map((shape) => call({ T }, [floats(shape), floats(shape)]))],
  ['AddN', shapes().map((shape) => call({ T, N: integer(3) }, [floats(shape), floats(shape), floats(shape)]))],
  ['Select', select],
  ['SelectV2', selectV2],
  ['TopKV2', shapes(1).map((shape) => call({ T, sorted: boolean(true) }, [floats(shape), int(shape.at(-1)!)], 2))],
  ['MatMul', matMul],
  ['BatchMatMulV2', batchMatMul],
  [
    'SparseSoftmaxCrossEntropyWithLogits',
    fc.tuple(size, size).map(([n, v]) => call({ T, Tlabels: INT }, [floats([n, v]), indices([n], v)], 2)),
  ],
  ['Reshape', reshape],
  ['ConcatV2', concat],
  ['SplitV', splitV],
  ['ExpandDims', expandDims],
  ['Slice', slice],
  ['PadV2', pad],
  ['Pack', pack],
  ['Unpack', unpack],
  ['Transpose', transpose],
  ['Tile', tile],
  ['ReverseV2', reverse],
  ['BroadcastTo', broadcastTo],
  ['GatherV2', gather],
  ['GatherNd', gatherNd],
  ['UnsortedSegmentSum', segmentSum],
  ['ScatterNd', scatterNd],
  ['TensorScatterUpdate', scatterUpdate],
  ['OneHot', oneHot],
  ['Cast', shapes().map((shape) => call({ SrcT: T, DstT: INT, Truncate: boolean(false) }, [floats(shape)]))],
  ['Fill', shapes().map((shape) => call({ T, index_type: INT }, [ints(shape), floats([])]))],
  ['Range', range],
]);

const callsPerOp = 25;
const tensorOf = ({ type, shape, values }: Operand) => tf.tensor([...values], [...shape], type);
const seen = (results: readonly tf.Tensor[]) => results.map(({ shape, dtype }) => ({ shape, dtype }));

describeCompiled('shape functions over random shapes', () => {
  test('there are calls of every op', () => {
    // Ops that only XLA has cannot be called on their own: shape-functions.test.ts runs them in a program.
    const withKernel = Object.keys(SHAPE_FUNCTIONS).filter((op) => !op.startsWith('Xla'));
    expect(Object.keys(CALLS).sort()).toEqual(withKernel.sort());
  });

  test('give the shapes and types of the kernels, from rank 0 to 6', async () => {
    const builder = new ProgramBuilder(await loadCompiledEngine(), []);
    for (const [op, arbitrary] of Object.entries(CALLS)) {
      const calls = fc.sample(arbitrary, { numRuns: callsPerOp, seed: 17 });
      const recorded: ReturnType<typeof seen>[] = [];
      builder.define(`${op}_calls`, [], [], { xla: false }, () => {
        for (const { attributes, inputs, outputs } of calls) {
          recorded.push(seen(rawOp(op, attributes, inputs.map(tensorOf), outputs)));
        }
        return { outputs: { nothing: tf.scalar(0) } };
      });
      await tf.setBackend('tensorflow');
      calls.forEach(({ attributes, inputs, outputs }, index) => {
        const is = tf.tidy(() => seen(rawOp(op, attributes, inputs.map(tensorOf), outputs)));
        const what = { op, attributes, inputs: inputs.map(({ shape, values }) => ({ shape, values })) };
        expect({ ...what, is: recorded[index] }).toEqual({ ...what, is });
      });
    }
  });
});
