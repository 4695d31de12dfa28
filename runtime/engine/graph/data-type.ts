/** TensorFlow's `DataType` codes (tensorflow/core/framework/types.proto) of the types a traced program may hold. */
export const DATA_TYPE_CODE = {
  float32: 1,
  int32: 3,
  bool: 10,
  bfloat16: 14,
  resource: 20,
} as const;

export type GraphType = keyof typeof DATA_TYPE_CODE;

const BY_CODE = new Map(Object.entries(DATA_TYPE_CODE).map(([name, code]) => [code as number, name as GraphType]));

/** The type of a code, or null when traced programs do not know it. */
export function graphTypeOf(code: number): GraphType | null {
  return BY_CODE.get(code) ?? null;
}
