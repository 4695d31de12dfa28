/**
 * Reorders the rows of a query or key projection ([heads * headSize, inputs], row-major) from the pairing (2i, 2i + 1), in which
 * llama.cpp rotates and stores them, to the pairing (i, i + headSize / 2) of transformers and of our decoder.
 */
export function interleavedToHalves(values: Float32Array, headSize: number, inputs: number): Float32Array {
  const result = new Float32Array(values.length);
  const half = headSize / 2;
  for (let row = 0; row * inputs < values.length; row++) {
    const place = row % headSize;
    const source = row - place + (place < half ? 2 * place : 2 * (place - half) + 1);
    result.set(values.subarray(source * inputs, (source + 1) * inputs), row * inputs);
  }
  return result;
}
