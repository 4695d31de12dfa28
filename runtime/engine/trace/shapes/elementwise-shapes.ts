import type { GraphType } from '../../graph/data-type.ts';
import { broadcastShapes, type OutputShape, operand, type ShapeFunction } from './shape-function.ts';

const SAME_SHAPE = [
  ...['Abs', 'Neg', 'Sign', 'Floor', 'Ceil', 'Round', 'Reciprocal', 'Square', 'Sqrt', 'Rsqrt'],
  ...['Exp', 'Expm1', 'Log', 'Log1p', 'Sin', 'Cos', 'Tan', 'Tanh', 'Erf'],
  ...['Sigmoid', 'Softplus', 'Relu', 'Relu6', 'Elu', 'EluGrad', 'Selu', 'Softmax', 'LogSoftmax'],
  ...['ZerosLike', 'OnesLike', 'Identity', 'AddN'],
];

const BROADCAST = [
  ...['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv', 'DivNoNan', 'FloorDiv', 'FloorMod'],
  ...['Maximum', 'Minimum', 'Pow', 'SquaredDifference', 'Atan2'],
];

const COMPARE = ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr'];

const TEST = ['LogicalNot', 'IsNan', 'IsInf', 'IsFinite'];

const withType = (shape: readonly number[], type?: GraphType): OutputShape[] => [type ? { shape, type } : { shape }];

const unary =
  (type?: GraphType): ShapeFunction =>
  (inputs) =>
    withType(operand(inputs, 0).shape, type);

const binary =
  (type?: GraphType): ShapeFunction =>
  (inputs) =>
    withType(broadcastShapes(operand(inputs, 0).shape, operand(inputs, 1).shape), type);

const each = (names: readonly string[], shape: ShapeFunction) => names.map((name) => [name, shape] as const);

/** Ops that work element by element, with NumPy's broadcasting. */
export const ELEMENTWISE_SHAPES: Readonly<Record<string, ShapeFunction>> = Object.fromEntries([
  ...each(SAME_SHAPE, unary()),
  ...each(BROADCAST, binary()),
  ...each(COMPARE, binary('bool')),
  ...each(TEST, unary('bool')),
  ['Select', (inputs) => withType(operand(inputs, 1).shape, operand(inputs, 1).type)],
  [
    'SelectV2',
    (inputs) => {
      const chosen = broadcastShapes(operand(inputs, 1).shape, operand(inputs, 2).shape);
      return withType(broadcastShapes(operand(inputs, 0).shape, chosen), operand(inputs, 1).type);
    },
  ],
] satisfies (readonly [string, ShapeFunction])[]);
