import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { compileRecipe, type Plan } from '../compiler/index.ts';
import { type CommandContext, CommandError } from './context.ts';
import { isGitPath, openGitRecipe } from './git-recipe.ts';
import { loadPlan, showErrors } from './load-plan.ts';

/** A plan, wherever it comes from, and how far its run has come. */
export interface PlanSide {
  readonly plan: Plan;
  /** Steps done by the run; null when it is no run. */
  readonly step: number | null;
}

/** With what a recipe is compiled; plans and runs have been. */
export interface SideOptions {
  readonly profile: string | undefined;
  readonly settings: readonly string[];
}

/** What a word names. */
export type SideKind = 'recipe' | 'plan' | 'run';

/** Throws a CommandError for what is neither a file, a run's folder nor a revision of git. */
export function sideKind(cwd: string, word: string): SideKind {
  const stats = statSync(resolve(cwd, word), { throwIfNoEntry: false });
  if (stats?.isDirectory()) {
    if (statSync(resolve(cwd, word, 'plan.json'), { throwIfNoEntry: false })?.isFile()) return 'run';
    throw new CommandError(`\`${word}\` is a folder without a plan.json, so it is no run`, {
      help: 'name a folder that `smol run` has written, or a file',
    });
  }
  if (stats !== undefined) return word.endsWith('.json') ? 'plan' : 'recipe';
  if (isGitPath(word)) return 'recipe';
  throw new CommandError(`there is no file \`${word}\``, {
    help: 'give a recipe, a plan, the folder of a run, or `REV:path` of git',
  });
}

/** The plan that a word names; null for a recipe with errors, which have been shown on stderr. */
export async function loadSide(
  context: CommandContext,
  word: string,
  kind: SideKind,
  options: SideOptions,
): Promise<PlanSide | null> {
  if (kind === 'run') {
    const { runPosition } = await import('../runtime/run-folder/index.ts');
    return runPosition(resolve(context.cwd, word));
  }
  if (kind === 'plan') {
    const loaded = loadPlan(context, { file: word, profile: undefined, settings: [] });
    return loaded && { plan: loaded.plan, step: null };
  }
  if (existsSync(resolve(context.cwd, word))) {
    const loaded = loadPlan(context, { file: word, ...options });
    return loaded && { plan: loaded.plan, step: null };
  }
  const { path, host } = openGitRecipe(context.cwd, word);
  const compilation = compileRecipe(path, host, options);
  if (compilation.plan !== null) return { plan: compilation.plan, step: null };
  showErrors(context, compilation);
  return null;
}
