import type { ParameterSpec } from '../model/parameters.ts';

/** Names of the slots in checkpoints: `first_moment/PARAMETER`, all of the first kind before all of the second. */
export const SLOT_KINDS = ['first_moment', 'second_moment'] as const;

/** Names and shapes of the slots: the first moments of all parameters, then the second, each in the layout's order. */
export function slotLayout(
  layout: readonly ParameterSpec[],
): { readonly name: string; readonly shape: readonly number[] }[] {
  return SLOT_KINDS.flatMap((kind) => layout.map(({ name, shape }) => ({ name: `${kind}/${name}`, shape })));
}
