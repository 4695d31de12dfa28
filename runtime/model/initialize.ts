import { createHash } from 'node:crypto';
import type { PlanModel } from '../../compiler/plan/index.ts';
import { type ParameterSpec, parameterLayout, sizeOf } from './parameters.ts';
import { philox4x32 } from './philox.ts';
import type { NamedArray } from './types.ts';

/** Initial values of every parameter, in the layout's order; one array at a time, so that a caller need not hold them all. */
export function* initialParameters(model: PlanModel, seed: number): Generator<NamedArray> {
  for (const spec of parameterLayout(model)) {
    yield { name: spec.name, shape: spec.shape, values: initialValues(spec, model.init_std, seed) };
  }
}

/** Norm weights are 1; everything else is normal(0, std). A parameter's values depend on the seed and its name only. */
export function initialValues(spec: ParameterSpec, std: number, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(spec.shape));
  if (spec.group === 'norms') values.fill(1);
  else fillNormal(values, std, keyOf(seed, spec.name));
  return values;
}

/** The Philox key of a parameter: the first 64 bits of SHA-256 over seed and name. */
function keyOf(seed: number, name: string): [number, number] {
  const digest = createHash('sha256').update(`initialize\0${seed}\0${name}`).digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

/** Box and Muller (1958): each two uniform words give two independent normal values; the uniforms lie inside (0, 1). */
function fillNormal(values: Float32Array, std: number, key: [number, number]): void {
  const words = new Uint32Array(4);
  for (let block = 0; block * 4 < values.length; block++) {
    philox4x32([block, 0, 0, 0], key, words);
    for (let pair = 0; pair < 2; pair++) {
      const radius = std * Math.sqrt(-2 * Math.log((words[2 * pair]! + 0.5) / 2 ** 32));
      const angle = (2 * Math.PI * words[2 * pair + 1]!) / 2 ** 32;
      const at = block * 4 + 2 * pair;
      values[at] = radius * Math.cos(angle); // a write past the end of a typed array is ignored
      values[at + 1] = radius * Math.sin(angle);
    }
  }
}
