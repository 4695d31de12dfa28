import type { ParameterSpec, StackedParameterSpec } from '../model/parameters.ts';

/** Names of the slots in checkpoints: `first_moment/PARAMETER`, all of the first kind before all of the second. */
export const SLOT_KINDS = ['first_moment', 'second_moment'] as const;

interface SlotSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** The slots it is a stack of, where the parameter is a stack. */
  readonly parts?: readonly SlotSpec[];
}

/** Names and shapes of the slots: the first moments of all parameters, then the second, each in the layout's order. */
export function slotLayout(layout: readonly (ParameterSpec | StackedParameterSpec)[]): SlotSpec[] {
  return SLOT_KINDS.flatMap((kind) => {
    const slot = ({ name, shape }: ParameterSpec): SlotSpec => ({ name: `${kind}/${name}`, shape });
    return layout.map((spec) => ('parts' in spec ? { ...slot(spec), parts: spec.parts.map(slot) } : slot(spec)));
  });
}
