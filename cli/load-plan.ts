import { dirname, resolve } from 'node:path';
import { compileRecipe, type Plan, printPlan, readPlan, renderDiagnostics } from '../compiler/index.ts';
import { type CommandContext, CommandError, ExitCode } from './context.ts';
import { createFileHost, readRecipeText } from './file-host.ts';

export interface PlanRequest {
  /** A recipe, or a plan (a file whose name ends in `.json`). */
  readonly file: string;
  readonly profile: string | undefined;
  readonly settings: readonly string[];
}

export interface LoadedPlan {
  readonly plan: Plan;
  /** As canonical JSON. */
  readonly text: string;
  /** The folder that the plan's paths are relative to. */
  readonly folder: string;
}

/**
 * The plan of a recipe or of a plan file; null when the recipe has errors, which have been shown on stderr.
 * Throws a `CommandError` for a file that cannot be read, `PlanError` for a plan that is none.
 */
export function loadPlan(context: CommandContext, request: PlanRequest): LoadedPlan | null {
  const text = readRecipeText(context.cwd, request.file);
  const folder = dirname(resolve(context.cwd, request.file));
  if (request.file.endsWith('.json')) {
    refuseSettings(request);
    const plan = readPlan(text);
    return { plan, text: printPlan(plan), folder };
  }
  const { plan, diagnostics, sources } = compileFile(context, request);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (plan !== null && errors.length === 0) return { plan, text: printPlan(plan), folder };
  context.err(renderDiagnostics(errors, (name) => sources.get(name) ?? null, context.terminal));
  return null;
}

/** True when the recipe has a profile of this name that compiles. */
export function hasProfile(context: CommandContext, request: PlanRequest, profile: string): boolean {
  if (request.file.endsWith('.json')) return false;
  const { plan, diagnostics } = compileFile(context, { ...request, profile });
  return plan !== null && diagnostics.every(({ severity }) => severity !== 'error');
}

function compileFile(
  context: CommandContext,
  { file, profile, settings }: PlanRequest,
): ReturnType<typeof compileRecipe> {
  return compileRecipe(file, createFileHost(context.cwd), { profile, settings });
}

function refuseSettings({ file, profile, settings }: PlanRequest): void {
  if (profile === undefined && settings.length === 0) return;
  throw new CommandError(`\`${file}\` is a plan, which a profile or \`--set\` cannot change`, {
    help: 'give the recipe that it was compiled from, or leave them out',
    exitCode: ExitCode.usage,
  });
}
