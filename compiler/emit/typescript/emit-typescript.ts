import type { Plan } from '../../plan/types.ts';
import type { EmitPlace } from '../emit-place.ts';
import type { EmittedFile } from '../emitted-file.ts';
import { requireTypes } from './require-types.ts';
import { typescriptModule } from './typescript-module.ts';

/**
 * Target `typescript`: one module with the plan as a typed constant and a `main` that trains it through the package's public
 * API. It is checked against the package's types before anything is written. Throws `EmitError` when that fails.
 */
export async function emitTypescript(plan: Plan, place: EmitPlace): Promise<readonly EmittedFile[]> {
  // Loads a whole TypeScript: seconds that only this target may cost.
  const morph = await import('ts-morph');
  // `.mts` is an ES module wherever it stands: it awaits at its top level.
  const path = `${plan.recipe}.mts`;
  const folder = place.recipeFolder.split('/').map(encodeURIComponent).join('/');
  const text = typescriptModule(morph, plan, folder);
  requireTypes(morph, path, text, place.publicTypes);
  return [{ path, text }];
}
