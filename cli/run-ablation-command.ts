import { relative, resolve } from 'node:path';
import packageDescription from '../package.json' with { type: 'json' };
import type { ObservedRun, RunObserver } from '../runtime/index.ts';
import type { RunRequest } from './commands/run.ts';
import { type CommandContext, ExitCode } from './context.ts';
import type { LoadedPlan } from './load-plan.ts';
import { openRuntime } from './open-runtime.ts';
import { requireLocked } from './recipe-lock.ts';
import { requireEngine } from './require-engine.ts';
import { ablationDocument, ablationView } from './views/run/ablation-view.ts';
import { createRunProgressView } from './views/run/progress-view.ts';

const exitCodes = {
  finished: ExitCode.success,
  interrupted: ExitCode.interrupted,
  stopped: ExitCode.runStopped,
} as const;

/** `smol run FILE --ablation NAME [--arm ARM]`: runs the arms that are not done, and compares all that are. */
export async function runAblationCommand(
  context: CommandContext,
  request: RunRequest & { readonly ablation: string },
  first: LoadedPlan,
): Promise<ExitCode> {
  const { cacheFolder, findAblation, runAblation } = await openRuntime(context, first.folder);
  findAblation(first.plan, request.ablation, request.arm);
  const { engine, loaded, notes } = await requireEngine(context, request, first);
  const views = armViews(context);
  for (const message of notes) context.err(`note: ${message}\n`);
  try {
    const report = await runAblation(
      {
        plan: loaded.plan,
        planText: loaded.text,
        lock: requireLocked(context, request, loaded),
        recipeFolder: loaded.folder,
        runFolder: request.runFolder,
        runsFolder: resolve(context.cwd, 'runs'),
        ablation: request.ablation,
        arm: request.arm,
        cacheFolder: cacheFolder(context.env),
        version: packageDescription.version,
        observerOf: views.observerOf,
        interrupted: context.interrupted,
      },
      engine,
    );
    views.end();
    const folder = relative(context.cwd, report.folder) || '.';
    context.out(request.format === 'json' ? ablationDocument(report, folder) : ablationView(report, folder));
    if (report.ended === 'stopped') context.err('stopped: what an evaluation expects was not met\n');
    return exitCodes[report.ended];
  } catch (error) {
    views.end();
    if (!context.interrupted.aborted || error !== context.interrupted.reason) throw error;
    context.err('interrupted before the first step: nothing was trained\n');
    return ExitCode.interrupted;
  }
}

/** A view of its own for each run of the ablation: each has its own phases and steps. */
function armViews(context: CommandContext): {
  readonly observerOf: (run: ObservedRun) => RunObserver;
  readonly end: () => void;
} {
  let end = () => {};
  return {
    observerOf({ arm, number, of, plan }) {
      end();
      if (arm !== null) context.err(`\narm ${number} of ${of}: ${arm}\n`);
      const view = createRunProgressView(context, plan);
      end = view.end;
      return view.observe;
    },
    end: () => end(),
  };
}
