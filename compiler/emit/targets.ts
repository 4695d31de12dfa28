import type { Plan } from '../plan/types.ts';
import type { EmitPlace } from './emit-place.ts';
import type { EmittedFile } from './emitted-file.ts';
import { emitPlanJson } from './plan-json.ts';
import { emitPlanYaml } from './plan-yaml.ts';
import { emitTypescript } from './typescript/emit-typescript.ts';

/** What `smol compile --target` can write. A new target is a file of its own and a line here. */
const emitters = { plan: emitPlanJson, yaml: emitPlanYaml, typescript: emitTypescript } as const satisfies Record<
  string,
  (plan: Plan, place: EmitPlace) => Promise<readonly EmittedFile[]>
>;

export type Target = keyof typeof emitters;
export const targets = Object.keys(emitters) as readonly Target[];

/** The files of a target for a plan. Throws `EmitError` where a target cannot say what the plan asks for. */
export function emitTarget(target: Target, plan: Plan, place: EmitPlace): Promise<readonly EmittedFile[]> {
  return emitters[target](plan, place);
}
