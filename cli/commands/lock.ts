import { compileRecipe, type LockedProfile, lockPath, type Plan, printLock, readLock } from '../../compiler/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';
import { createFileHost } from '../file-host.ts';
import { compileFile, type LoadedPlan, loadPlan } from '../load-plan.ts';
import { openRuntime } from '../open-runtime.ts';
import { writeOutput } from '../write-output.ts';

/** `smol lock FILE`: reads the data of a recipe once, and writes what it is beside the recipe. */
export const define: DefineCommand = (command) => {
  command
    .argument('<file>', 'a recipe')
    .option('--profile <name>', 'lock this profile only, and keep what is locked of the others');
  return async (context, [file], options) => {
    if (!file!.endsWith('.smol')) {
      throw new CommandError(`\`${file}\` is no recipe`, { help: 'give a `.smol` file', exitCode: ExitCode.usage });
    }
    const asked = options.profile as string | undefined;
    const profiles = asked === undefined ? profilesOf(context, file!) : [asked];
    const locked: LockedProfile[] = [];
    const failed: { readonly profile: string | null; readonly error: Error }[] = [];
    for (const profile of profiles) {
      const loaded = loadPlan(context, { file: file!, profile: profile ?? undefined, settings: [] });
      if (loaded === null) return ExitCode.inputWrong;
      try {
        locked.push(await lockProfile(context, loaded));
      } catch (error) {
        context.interrupted.throwIfAborted();
        if (!(error instanceof Error) || !('help' in error)) throw error;
        failed.push({ profile, error });
      }
    }
    return finish(context, file!, { asked: asked !== undefined, locked, failed });
  };
};

/** The recipe as it stands, then each of its profiles. */
function profilesOf(context: CommandContext, file: string): readonly (string | null)[] {
  const { items } = compileFile(context, { file, profile: undefined, settings: [] }).file;
  const names = items.flatMap((item) =>
    item.kind === 'block' && item.keyword.text === 'profile' && item.name !== null ? [item.name.text] : [],
  );
  return [null, ...names];
}

async function lockProfile(context: CommandContext, { plan, folder }: LoadedPlan): Promise<LockedProfile> {
  const { cacheFolder, readDataToLock } = await openRuntime(context, folder);
  context.err(`${nameOf(plan)}: reading its data ...\n`);
  const data = await readDataToLock(plan, {
    recipeFolder: folder,
    cacheFolder: cacheFolder(context.env),
    signal: context.interrupted,
  });
  return { profile: plan.profile, plan: plan.hash, ...data };
}

/**
 * The counted sizes may move where a dataset runs out, and with it the plan: what is locked is the plan that the recipe has
 * with its lock.
 */
function withPlansAsLocked(
  context: CommandContext,
  file: string,
  profiles: readonly LockedProfile[],
): readonly LockedProfile[] {
  const host = createFileHost(context);
  const text = printLock({ lock_version: 1, profiles });
  const locked = { ...host, readText: (path: string) => (path === lockPath(file) ? text : host.readText(path)) };
  return profiles.map((each) => {
    const { plan } = compileRecipe(file, locked, { profile: each.profile });
    return plan === null ? each : { ...each, plan: plan.hash };
  });
}

interface Outcome {
  /** One profile was asked for: the others stay. */
  readonly asked: boolean;
  readonly locked: readonly LockedProfile[];
  readonly failed: readonly { readonly profile: string | null; readonly error: Error }[];
}

async function finish(context: CommandContext, file: string, { asked, locked, failed }: Outcome): Promise<ExitCode> {
  const path = lockPath(file);
  const before = createFileHost(context).readText(path);
  const kept = (asked && before !== null && readLock(before)?.profiles) || [];
  const others = kept.filter(({ profile }) => !locked.some((each) => each.profile === profile));
  const profiles = [...locked, ...others].toSorted((a, b) => ((a.profile ?? '') < (b.profile ?? '') ? -1 : 1));
  for (const { profile, error } of failed) {
    const { help, details = [] } = error as Error & {
      readonly help?: string | null;
      readonly details?: readonly string[];
    };
    context.err(`not locked: ${profile === null ? 'the recipe' : `profile \`${profile}\``}: ${error.message}\n`);
    for (const detail of details) context.err(`  ${detail}\n`);
    if (help) context.err(`  = help: ${help}\n`);
  }
  if (locked.length > 0) {
    await writeOutput(
      context.cwd,
      path,
      printLock({ lock_version: 1, profiles: withPlansAsLocked(context, file, profiles) }),
    );
    const datasets = new Set(locked.flatMap((each) => each.datasets.map(({ id }) => id))).size;
    context.err(`wrote ${path}: ${locked.length} of ${locked.length + failed.length} plans, ${datasets} datasets\n`);
  }
  return failed.length > 0 ? ExitCode.environmentMissing : ExitCode.success;
}

function nameOf({ recipe, profile }: Plan): string {
  return profile === null ? recipe : `${recipe} (profile ${profile})`;
}
