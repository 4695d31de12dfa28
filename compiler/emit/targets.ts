import type { Plan } from '../plan/types.ts';
import type { Emission } from './emission.ts';
import type { EmitPlace } from './emit-place.ts';
import type { EmittedFile } from './emitted-file.ts';

/** What writes a target. Each is loaded when it is asked for. */
type Emitter = (plan: Plan, place: EmitPlace) => Promise<Emission>;

/** What `smol compile --target` can write. A new target is a file of its own and a line here. */
const emitters = {
  plan: async (plan) => whole(await (await import('./plan-json.ts')).emitPlanJson(plan)),
  yaml: async (plan) => whole(await (await import('./plan-yaml.ts')).emitPlanYaml(plan)),
  typescript: async (plan, place) =>
    whole(await (await import('./typescript/emit-typescript.ts')).emitTypescript(plan, place)),
  nanotron: async (plan, place) => (await import('./nanotron/emit-nanotron.ts')).emitNanotron(plan, place),
  trl: async (plan, place) => (await import('./trl/emit-trl.ts')).emitTrl(plan, place),
} as const satisfies Record<string, Emitter>;

export type Target = keyof typeof emitters;
export const targets = Object.keys(emitters) as readonly Target[];

/**
 * The files of a target for a plan, with what the target cannot say. Throws `EmitError` where the target is not to be had
 * here (a package or file of its own is missing).
 */
export function emitTarget(target: Target, plan: Plan, place: EmitPlace): Promise<Emission> {
  return emitters[target](plan, place);
}

function whole(files: readonly EmittedFile[]): Emission {
  return { files, diagnostics: [] };
}
