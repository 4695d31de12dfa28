import type { RunEngine } from '../runtime/index.ts';
import type { RunRequest } from './commands/run.ts';
import { type CommandContext, CommandError, ExitCode } from './context.ts';
import { hasProfile, type LoadedPlan, loadPlan } from './load-plan.ts';

/** The profile of a recipe that the WebAssembly fallback may run unasked: it bounds the time. */
const fallbackProfile = 'tiny';

export interface RequiredEngine {
  readonly engine: RunEngine;
  /** The plan to run: that of the `tiny` profile when the fallback stands in. */
  readonly loaded: LoadedPlan;
  /** What the person has to know about the choice. */
  readonly notes: readonly string[];
}

/**
 * The engine for a run. Without a compiled one, `auto` runs the recipe's `tiny` profile on WebAssembly and says so; where a
 * profile was asked for, or the recipe has no `tiny` one, it refuses instead of training for days.
 * Throws a `CommandError` with exit code 3.
 */
export async function requireEngine(
  context: CommandContext,
  request: RunRequest,
  loaded: LoadedPlan,
): Promise<RequiredEngine> {
  const { chooseEngine, EngineMissingError } = await import('../runtime/index.ts');
  try {
    const { engine, missing } = await chooseEngine(request.engine);
    if (!missing) return { engine, loaded, notes: slowNotes(request, loaded) };
    const tiny = tinyPlan(context, request, loaded);
    if (!tiny) throw missing;
    const message = `${missing.message}, so profile \`${fallbackProfile}\` runs on the WebAssembly engine; for the real one: ${missing.help}`;
    return { engine, loaded: tiny, notes: [message] };
  } catch (error) {
    if (!(error instanceof EngineMissingError)) throw error;
    throw new CommandError(error.message, { help: error.help, exitCode: ExitCode.environmentMissing });
  }
}

/** A choice that was made on purpose is kept; the person is told what it means. */
function slowNotes({ engine }: RunRequest, { plan }: LoadedPlan): string[] {
  if (engine !== 'wasm' || plan.profile === fallbackProfile) return [];
  return ['the WebAssembly engine is about 20 times slower than the compiled one'];
}

function tinyPlan(context: CommandContext, request: RunRequest, loaded: LoadedPlan): LoadedPlan | null {
  if (loaded.plan.profile === fallbackProfile) return loaded;
  if (request.profile !== undefined || !hasProfile(context, request, fallbackProfile)) return null;
  return loadPlan(context, { ...request, profile: fallbackProfile });
}
