import { parse, type RecipeFile } from '../grammar/index.ts';
import { applyAllows } from './diagnostics/apply-allows.ts';
import { DiagnosticCollector } from './diagnostics/collector.ts';
import { syntaxDiagnostics } from './diagnostics/syntax-diagnostics.ts';
import type { Diagnostic } from './diagnostics/types.ts';
import type { CompilerHost } from './host.ts';
import { applyLock } from './lock/apply-lock.ts';
import { lockPath } from './lock/lock-file.ts';
import type { OpenFile } from './normalize/load-modules.ts';
import { resolveRecipe } from './normalize/resolve-recipe.ts';
import { settingFile } from './normalize/settings.ts';
import type { ResolvedRecipe } from './normalize/types.ts';
import { buildPlan, planDiagnostics } from './plan/plan.ts';
import type { Plan } from './plan/types.ts';
import { createSourceText, type SourceText } from './source.ts';

export interface CompileOptions {
  /** A profile of the recipe. */
  readonly profile?: string | null | undefined;
  /** `PATH=VALUE`, applied in order after the profile. */
  readonly settings?: readonly string[] | undefined;
  /** The cluster that cost and memory are of; the first unless given. The plan's `cluster` tells whether there is one of the name. */
  readonly cluster?: string | null | undefined;
}

/** What each pass made of a recipe; a pass that could not run has null. */
export interface Compilation {
  readonly file: RecipeFile;
  readonly recipe: ResolvedRecipe | null;
  /** Null if, and only if, there are errors. */
  readonly plan: Plan | null;
  /** In the order of the file; what the recipe allows is left out. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every text that was read, by the path that spans carry. */
  readonly sources: ReadonlyMap<string, SourceText>;
}

/** The path is not readable through the host. */
export class SourceNotFoundError extends Error {
  readonly help = 'check the path';

  constructor(path: string) {
    super(`there is no file \`${path}\``);
    this.name = 'SourceNotFoundError';
  }
}

/**
 * Compiles the recipe at a path:
 *
 *     text ──parse──▶ RecipeFile ──resolveRecipe──▶ ResolvedRecipe ──buildPlan──▶ Plan
 *
 * Every pass adds what it has to say to one collector; nothing of a person's file makes it throw. The same text, profile and
 * settings give the same bytes. `path` is what messages show; a plan has its last part only. Throws SourceNotFoundError.
 */
export function compileRecipe(path: string, host: CompilerHost, options: CompileOptions = {}): Compilation {
  const text = host.readText(path);
  if (text === null) throw new SourceNotFoundError(path);
  const { profile = null, settings = [], cluster = null } = options;
  const sources = new Map(
    [[path, text], ...settings.map((setting) => [settingFile(setting), setting])].map(([file, source]) => [
      file!,
      createSourceText(file!, source!),
    ]),
  );
  const collector = new DiagnosticCollector();

  const { file, problems } = parse(text, path);
  for (const diagnostic of syntaxDiagnostics(problems, text)) collector.add(diagnostic);

  const files = [file];
  const folder = /^.*[/:]/s.exec(path)?.[0] ?? '';
  const open = fileOpener({ host, folder, files, sources, collector });
  const readLocal = (local: string) =>
    host.leavesFolder?.(folder + local, folder) ? null : host.readText(folder + local);
  const mayClimb = host.mayClimb ?? false;
  const resolved = resolveRecipe(file, { profile, settings, collector, open, readLocal, mayClimb });
  const counted = resolved && applyLock(resolved, path, host.readText(lockPath(path)), collector);
  const recipe = withClusterFirst(counted, cluster);
  // Counts of a recipe with errors would be wrong, and so would be what is said about them.
  const draft = recipe === null || collector.hasErrors ? null : buildPlan(recipe, sources, collector);

  const reportIdle = draft !== null && profile === null && settings.length === 0;
  const remaining = files.slice(1).reduce((all, other) => withAllowsOf(all, other, profile), collector.all());
  const diagnostics = applyAllows(file, remaining, { reportIdle, profile });
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  const plan = draft === null || failed ? null : { ...draft, diagnostics: planDiagnostics(diagnostics, sources) };
  return { file, recipe, plan, diagnostics, sources };
}

/** The first cluster counts. */
function withClusterFirst(recipe: ResolvedRecipe | null, name: string | null): ResolvedRecipe | null {
  if (recipe === null || name === null) return recipe;
  const isAsked = (cluster: { readonly name: string }) => cluster.name === name;
  const others = recipe.clusters.filter((cluster) => !isAsked(cluster));
  return { ...recipe, clusters: [...recipe.clusters.filter(isAsked), ...others] };
}

interface Opening {
  readonly host: CompilerHost;
  /** That of the recipe, as a prefix of paths. */
  readonly folder: string;
  /** The files that were read; grows. */
  readonly files: RecipeFile[];
  readonly sources: Map<string, SourceText>;
  readonly collector: DiagnosticCollector;
}

/** Reads the files that a recipe extends and uses, each once. */
function fileOpener({ host, folder, files, sources, collector }: Opening): OpenFile {
  return (path) => {
    if (host.leavesFolder?.(path, folder)) return 'outside';
    const known = files.find(({ span }) => span.file === path);
    const text = known ? null : host.readText(path);
    if (text === null) return known ?? null;
    sources.set(path, createSourceText(path, text));
    const { file, problems } = parse(text, path);
    for (const diagnostic of syntaxDiagnostics(problems, text)) collector.add(diagnostic);
    files.push(file);
    return file;
  };
}

/** What another file allows holds for what is shown there. */
function withAllowsOf(
  diagnostics: readonly Diagnostic[],
  file: RecipeFile,
  profile: string | null,
): readonly Diagnostic[] {
  const isThere = ({ span }: Diagnostic) => span.file === file.span.file;
  const elsewhere = diagnostics.filter((each) => !isThere(each));
  return [...applyAllows(file, diagnostics.filter(isThere), { reportIdle: false, profile }), ...elsewhere];
}
