import type { ParameterSpec } from '../model/parameters.ts';

/** Parameters that are updated by one call. Groups of one kind have equal shapes, so that one function serves them. */
export interface UpdateGroup {
  readonly kind: string;
  readonly specs: readonly ParameterSpec[];
  /** Their places in the layout. */
  readonly indices: readonly number[];
}

/** Each layer's parameters are a group, every other parameter is one alone (stacks of all layers too). */
export function updateGroups(layout: readonly ParameterSpec[]): UpdateGroup[] {
  const groups = new Map<string, { kind: string; specs: ParameterSpec[]; indices: number[] }>();
  layout.forEach((spec, index) => {
    const layer = /^layers\.\d+/.exec(spec.name)?.[0];
    const key = layer ?? spec.name;
    const group = groups.get(key) ?? { kind: layer ? 'layer' : spec.name, specs: [], indices: [] };
    group.specs.push(spec);
    group.indices.push(index);
    groups.set(key, group);
  });
  return [...groups.values()];
}
