import { createHash } from 'node:crypto';
import type { PlanModel } from '../../compiler/plan/index.ts';
import { drawNormal } from './draw-normal.ts';
import { type ParameterSpec, parameterLayout, sizeOf } from './parameters.ts';
import type { NamedArray } from './types.ts';

/** Initial values of every parameter, in the layout's order; one array at a time, so that a caller need not hold them all. */
export function* initialParameters(model: PlanModel, seed: number): Generator<NamedArray> {
  for (const spec of parameterLayout(model)) {
    yield { name: spec.name, shape: spec.shape, values: initialValues(spec, model.init_std, seed) };
  }
}

/** Gives a parameter's initial values by its name. */
export function initialValuesByName(model: PlanModel, seed: number): (name: string) => Float32Array {
  const specs = new Map(parameterLayout(model).map((spec) => [spec.name, spec]));
  return (name) => initialValues(specs.get(name)!, model.init_std, seed);
}

/** Norm weights are 1; everything else is normal(0, std). A parameter's values depend on the seed and its name only. */
export function initialValues(spec: ParameterSpec, std: number, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(spec.shape));
  if (spec.group === 'norms') values.fill(1);
  else drawNormal(values, std, keyOf(seed, spec.name));
  return values;
}

/** The Philox key of a parameter: the first 64 bits of SHA-256 over seed and name. */
function keyOf(seed: number, name: string): [number, number] {
  const digest = createHash('sha256').update(`initialize\0${seed}\0${name}`).digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}
