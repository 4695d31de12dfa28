import type { Plan } from '../plan/types.ts';
import type { EmittedFile } from './emitted-file.ts';
import { emitPlanJson } from './plan-json.ts';
import { emitPlanYaml } from './plan-yaml.ts';

/** What `smol compile --target` can write. A new target is a file of its own and a line here. */
const emitters = { plan: emitPlanJson, yaml: emitPlanYaml } as const satisfies Record<
  string,
  (plan: Plan) => Promise<readonly EmittedFile[]>
>;

export type Target = keyof typeof emitters;
export const targets = Object.keys(emitters) as readonly Target[];

/** The files of a target for a plan. */
export function emitTarget(target: Target, plan: Plan): Promise<readonly EmittedFile[]> {
  return emitters[target](plan);
}
