import { DATA_TYPE_CODE, type GraphType } from './data-type.ts';

export interface ShapeMessage {
  readonly dim: readonly { readonly size: number }[];
}

/** An `AttrValue` message: exactly one field is set. */
export type AttributeMessage =
  | { readonly type: number }
  | { readonly i: number }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly s: Uint8Array }
  | { readonly shape: ShapeMessage }
  | { readonly func: { readonly name: string } }
  | { readonly list: { readonly type: readonly number[] } | { readonly shape: readonly ShapeMessage[] } }
  | {
      readonly tensor: {
        readonly dtype: number;
        readonly tensorShape: ShapeMessage;
        readonly tensorContent: Uint8Array;
      };
    };

export type Attributes = Readonly<Record<string, AttributeMessage>>;

export const shapeMessage = (shape: readonly number[]): ShapeMessage => ({ dim: shape.map((size) => ({ size })) });

/** Makers of attribute values, one a kind. */
export const attribute = {
  type: (type: GraphType) => ({ type: DATA_TYPE_CODE[type] }),
  types: (types: readonly GraphType[]) => ({ list: { type: types.map((type) => DATA_TYPE_CODE[type]) } }),
  integer: (i: number) => ({ i }),
  float: (f: number) => ({ f }),
  boolean: (b: boolean) => ({ b }),
  text: (text: string) => ({ s: Buffer.from(text) }),
  shape: (shape: readonly number[]) => ({ shape: shapeMessage(shape) }),
  shapes: (shapes: readonly (readonly number[])[]) => ({ list: { shape: shapes.map(shapeMessage) } }),
  function: (name: string) => ({ func: { name } }),
  tensor: (type: GraphType, shape: readonly number[], values: ArrayLike<number>) => ({
    tensor: {
      dtype: DATA_TYPE_CODE[type],
      tensorShape: shapeMessage(shape),
      tensorContent: tensorBytes(type, values),
    },
  }),
} as const satisfies Record<string, (...args: never[]) => AttributeMessage>;

/** Values in memory order, little-endian, as TensorFlow stores them. Only types that JavaScript holds can be constants. */
function tensorBytes(type: GraphType, values: ArrayLike<number>): Uint8Array {
  switch (type) {
    case 'float32':
      return new Uint8Array(Float32Array.from(values).buffer);
    case 'int32':
      return new Uint8Array(Int32Array.from(values).buffer);
    case 'bool':
      return Uint8Array.from(values);
    default:
      throw new Error(`a constant cannot be of type \`${type}\``);
  }
}
