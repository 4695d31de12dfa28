import type { CommandContext } from './context.ts';

/** The runtime, which may read for the recipes of a folder what `--root` allows. Loaded only here and where it is called. */
export async function openRuntime(context: Pick<CommandContext, 'root'>, recipeFolder: string) {
  const runtime = await import('../runtime/index.ts');
  runtime.setFolderBounds(recipeFolder, context.root ?? null);
  return runtime;
}
