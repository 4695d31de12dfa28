import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import packageDescription from '../../package.json' with { type: 'json' };
import type { EngineChoice, RunReport } from '../../runtime/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';
import { acceptFlag, judgeResume } from '../judge-resume.ts';
import { type LoadedPlan, loadPlan } from '../load-plan.ts';
import { openRuntime } from '../open-runtime.ts';
import { programName } from '../program-name.ts';
import { readNumber } from '../read-number.ts';
import { requireLocked } from '../recipe-lock.ts';
import { requireEngine } from '../require-engine.ts';
import { runAblationCommand } from '../run-ablation-command.ts';
import { settingOption } from '../setting-option.ts';
import { createRunProgressView } from '../views/run/progress-view.ts';
import { runDocument } from '../views/run/run-document.ts';
import { runSummary } from '../views/run/summary-view.ts';

/** `smol run FILE|PLAN`: trains a recipe, or goes on with a run. */
export const define: DefineCommand = (command) => {
  declare(command);
  return async (context, [file], options) => {
    const request = readRequest(context, file!, options);
    const first = loadPlan(context, request);
    if (first === null) return ExitCode.inputWrong;
    const { ablation } = request;
    if (ablation !== null) return runAblationCommand(context, { ...request, ablation }, first);
    // Loading an engine takes a second: what can be refused without one is refused before.
    const { cacheFolder, lastStepOf, leftOut, requireRunnable, runPlan } = await openRuntime(context, first.folder);
    lastStepOf(requireRunnable(first.plan, first.folder, request.phase), request.steps);
    const { engine, loaded, notes } = await requireEngine(context, request, first);
    const runsFolder = resolve(context.cwd, 'runs');
    const judged = request.resume ? await judgeResume(context, { ...request, plan: loaded.plan, runsFolder }) : null;
    const started = performance.now();
    const view = createRunProgressView(context, loaded.plan);
    const without = request.phase === null ? [] : [leftOut(loaded.plan, request.phase)];
    for (const message of [...notes, ...without]) if (message !== null) view.observe({ kind: 'note', message });
    try {
      const report = await runPlan(
        {
          plan: loaded.plan,
          planText: loaded.text,
          recipeFolder: loaded.folder,
          runFolder: judged?.folder ?? request.runFolder,
          runsFolder,
          resume: request.resume,
          lock: requireLocked(context, request, loaded),
          edit: judged?.edit ?? null,
          skipBatches: request.skipBatches,
          phase: request.phase,
          steps: request.steps,
          cacheFolder: cacheFolder(context.env),
          version: packageDescription.version,
          observe: view.observe,
          interrupted: context.interrupted,
        },
        engine,
      );
      view.end();
      return finish(context, request, loaded, report, (performance.now() - started) / 1000);
    } catch (error) {
      view.end();
      return interruptedEarly(context, error);
    }
  };
};

/** Passes on every other error. */
function interruptedEarly({ interrupted, err }: CommandContext, error: unknown): ExitCode {
  if (!interrupted.aborted || error !== interrupted.reason) throw error;
  err('interrupted before the first step: nothing was trained\n');
  return ExitCode.interrupted;
}

const skipFlag = '--skip-batch';

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** What was asked for on the command line. */
export interface RunRequest {
  readonly file: string;
  readonly profile: string | undefined;
  readonly settings: readonly string[];
  /** Absolute; null for the next free one. */
  readonly runFolder: string | null;
  readonly resume: boolean;
  /** Go on although what was done would be computed otherwise now. */
  readonly acceptChangedPast: boolean;
  /** Steps to pass without training. */
  readonly skipBatches: readonly number[];
  /** Train this phase alone; null for all. */
  readonly phase: string | null;
  readonly steps: number | null;
  /** Run the arms of this ablation, or this arm of it, instead of the recipe. */
  readonly ablation: string | null;
  readonly arm: string | null;
  readonly engine: EngineChoice;
  readonly format: 'text' | 'json';
}

function declare(command: Command): void {
  command
    .argument('<file>', 'a recipe (.smol), or a plan (.json)')
    .option('--profile <name>', 'apply a profile of the recipe')
    .addOption(settingOption())
    .option('--run-dir <dir>', 'train into this folder (default: runs/RECIPE, or the next free runs/RECIPE-N)')
    .option('--resume', 'go on from the newest checkpoint that verifies')
    .option(acceptFlag, 'with --resume: go on although an edit changes steps that are done')
    .option(`${skipFlag} <step>`, 'with --resume: pass this step without training; may be repeated', gather, [])
    .option('--phase <name>', 'train this phase alone; a later --resume goes on with the next')
    .option('--ablation <name>', 'run the arms of this ablation and compare them; arms that were begun go on')
    .option('--arm <name>', 'with --ablation: run this arm alone')
    .option('--steps <n>', 'stop after step N of the run; a later --resume goes on')
    .addOption(
      new Option('--engine <engine>', 'what computes').choices(['auto', 'compiled', 'wasm', 'webgpu']).default('auto'),
    )
    .addOption(new Option('--format <format>', 'how to print the result').choices(['text', 'json']).default('text'));
}

function readRequest(context: CommandContext, file: string, options: Readonly<Record<string, unknown>>): RunRequest {
  const { steps, runDir, phase, ablation, arm } = options;
  refuseBesideAblation(options);
  const skipped = options.skipBatch as readonly string[];
  const onlyResumed = [
    ...(options.acceptChangedPast === true ? [acceptFlag] : []),
    ...(skipped.length > 0 ? [skipFlag] : []),
  ];
  if (onlyResumed.length > 0 && options.resume !== true) {
    throw new CommandError(`\`${onlyResumed[0]}\` goes with \`--resume\``, { exitCode: ExitCode.usage });
  }
  const stepNumber = (option: string, value: unknown) =>
    readNumber(option, String(value), { least: 1, most: 2 ** 53 - 1, whole: true });
  return {
    file,
    profile: options.profile as string | undefined,
    settings: options.set as readonly string[],
    runFolder: typeof runDir === 'string' ? resolve(context.cwd, runDir) : null,
    resume: options.resume === true,
    acceptChangedPast: options.acceptChangedPast === true,
    ablation: typeof ablation === 'string' ? ablation : null,
    arm: typeof arm === 'string' ? arm : null,
    phase: typeof phase === 'string' ? phase : null,
    skipBatches: skipped.map((step) => stepNumber(skipFlag, step)),
    steps: steps === undefined ? null : stepNumber('--steps', steps),
    engine: options.engine as EngineChoice,
    format: options.format as 'text' | 'json',
  };
}

/** Arms go on by themselves and end together; what says otherwise is refused, not ignored. */
function refuseBesideAblation({ ablation, arm, steps, phase, resume }: Readonly<Record<string, unknown>>): void {
  if (ablation === undefined) {
    if (arm === undefined) return;
    throw new CommandError('`--arm` goes with `--ablation`', { exitCode: ExitCode.usage });
  }
  const beside = { '--steps': steps, '--phase': phase, '--resume': resume };
  const [other] = Object.entries(beside).find(([, value]) => value !== undefined) ?? [];
  if (other === undefined) return;
  const help = other === '--resume' ? 'leave it out: arms that were begun go on by themselves' : 'leave it out';
  throw new CommandError(`\`${other}\` does not go with \`--ablation\``, { help, exitCode: ExitCode.usage });
}

const exitCodes = {
  finished: ExitCode.success,
  interrupted: ExitCode.interrupted,
  stopped: ExitCode.runStopped,
} as const;

function finish(
  context: CommandContext,
  request: RunRequest,
  { plan }: LoadedPlan,
  report: RunReport,
  seconds: number,
): ExitCode {
  const folder = relative(context.cwd, report.folder) || '.';
  const again = [
    ...(plan.profile === null ? [] : ['--profile', plan.profile]),
    ...request.settings.flatMap((setting) => ['--set', setting]),
  ];
  const runAgain = [
    ...(request.phase === null ? [] : ['--phase', request.phase]),
    ...(request.engine === 'auto' ? [] : ['--engine', request.engine]),
  ];
  if (request.format === 'json') context.out(runDocument(plan, report, folder));
  else
    context.out(
      runSummary({
        program: programName(context.env),
        report,
        phases: plan.phases.map(({ kind }) => kind),
        seconds,
        folder,
        file: request.file,
        again,
        runAgain,
      }),
    );
  if (report.ended === 'stopped') context.err('stopped: what an evaluation expects was not met\n');
  return exitCodes[report.ended];
}
