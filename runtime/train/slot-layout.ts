import type { ParameterSpec } from '../model/parameters.ts';
import { SLOT_KINDS } from './adamw.ts';

/** Names and shapes of the slots: the first moments of all parameters, then the second, each in the layout's order. */
export function slotLayout(
  layout: readonly ParameterSpec[],
): { readonly name: string; readonly shape: readonly number[] }[] {
  return SLOT_KINDS.flatMap((kind) => layout.map(({ name, shape }) => ({ name: `${kind}/${name}`, shape })));
}
