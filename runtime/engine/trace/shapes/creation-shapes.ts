import { graphTypeOf } from '../../graph/data-type.ts';
import { TraceError } from '../trace-error.ts';
import { constant, operand, type RawAttributes, type ShapeFunction } from './shape-function.ts';

const typeAttribute = (attributes: RawAttributes, name: string) => {
  const type = graphTypeOf(Number(attributes[name]));
  if (!type) throw new TraceError(`type code ${attributes[name]} of \`${name}\` is not supported in a traced function`);
  return type;
};

/** (shape, seed [2]): random, but the seed is an input, so that nothing is frozen into the program. */
const stateless: ShapeFunction = (inputs, attributes) => [
  { shape: constant(inputs, 0), type: typeAttribute(attributes, 'dtype') },
];

/** Ops that make values of a given shape or type. */
export const CREATION_SHAPES: Readonly<Record<string, ShapeFunction>> = {
  Cast: (inputs, attributes) => [{ shape: operand(inputs, 0).shape, type: typeAttribute(attributes, 'DstT') }],
  Fill: (inputs) => [{ shape: constant(inputs, 0), type: operand(inputs, 1).type }],
  Range: (inputs) => {
    const [start, stop, step] = [0, 1, 2].map((index) => constant(inputs, index)[0]!);
    return [{ shape: [Math.max(0, Math.ceil((stop! - start!) / step!))], type: operand(inputs, 0).type }];
  },
  StatelessRandomUniform: stateless,
  StatelessRandomNormal: stateless,
};
