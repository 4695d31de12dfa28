import { dirname, resolve } from 'node:path';
import {
  type Compilation,
  compileRecipe,
  type Plan,
  printPlan,
  readPlan,
  renderDiagnostics,
} from '../compiler/index.ts';
import { type CommandContext, CommandError, ExitCode } from './context.ts';
import { createFileHost, readRecipeText } from './file-host.ts';

export interface PlanRequest {
  /** A recipe, or a plan (a file whose name ends in `.json`). */
  readonly file: string;
  readonly profile: string | undefined;
  readonly settings: readonly string[];
  /** The cluster of cost and memory; the first unless given. */
  readonly cluster?: string | undefined;
}

export interface LoadedPlan {
  readonly plan: Plan;
  /** As canonical JSON. */
  readonly text: string;
  /** The folder that the plan's paths are relative to. */
  readonly folder: string;
  /** Null for a plan that stands alone. */
  readonly compilation: Compilation | null;
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
    return { plan, text: printPlan(plan), folder, compilation: null };
  }
  const compilation = compileFile(context, request);
  if (compilation.plan !== null) {
    refuseOtherCluster(request, compilation);
    return { plan: compilation.plan, text: printPlan(compilation.plan), folder, compilation };
  }
  showErrors(context, compilation);
  return null;
}

/** Shows the errors of a recipe on stderr. */
export function showErrors(context: CommandContext, { diagnostics, sources }: Compilation): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  context.err(renderDiagnostics(errors, (name) => sources.get(name) ?? null, context.terminal));
}

/** True when the recipe has a profile of this name that compiles. */
export function hasProfile(context: CommandContext, request: PlanRequest, profile: string): boolean {
  if (request.file.endsWith('.json')) return false;
  const { plan, diagnostics } = compileFile(context, { ...request, profile });
  return plan !== null && diagnostics.every(({ severity }) => severity !== 'error');
}

/** Compiles a recipe; its errors are left to the caller. */
export function compileFile(context: CommandContext, { file, ...options }: PlanRequest): Compilation {
  return compileRecipe(file, createFileHost(context), options);
}

function refuseOtherCluster({ cluster }: PlanRequest, { plan, recipe }: Compilation): void {
  if (cluster === undefined || plan?.cluster?.name === cluster) return;
  const known = recipe?.clusters.map(({ name }) => `\`${name}\``) ?? [];
  throw new CommandError(`there is no cluster \`${cluster}\``, {
    help:
      known.length > 0
        ? `there is ${known.join(', ')}`
        : 'a profile has the clusters that it names itself; here there is none',
    exitCode: ExitCode.usage,
  });
}

function refuseSettings({ file, profile, settings, cluster }: PlanRequest): void {
  if (profile === undefined && settings.length === 0 && cluster === undefined) return;
  throw new CommandError(`\`${file}\` is a plan, which a profile, \`--set\` or \`--cluster\` cannot change`, {
    help: 'give the recipe that it was compiled from, or leave them out',
    exitCode: ExitCode.usage,
  });
}
