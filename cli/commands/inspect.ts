import { join, resolve } from 'node:path';
import { Option } from 'commander';
import type { Plan } from '../../compiler/index.ts';
import { inspectStep, NoSuchStep, renderStepText, type StepInspection } from '../../compiler/inspect/index.ts';
import type { RunData, WindowPart } from '../../runtime/run-folder/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';
import { loadSide, sideKind } from '../plan-side.ts';
import { readNumber } from '../read-number.ts';
import { settingOption } from '../setting-option.ts';
import { skipText } from '../views/run/skip-text.ts';
import { windowText } from '../views/window-view.ts';

/** `smol inspect RECIPE|PLAN|RUN --step N`: what a step trains on, without running anything before it. */
export const define: DefineCommand = (command) => {
  command
    .argument('<file>', 'a recipe, a plan.json, or the folder of a run')
    .requiredOption('--step <n>', 'the step, counted from 1 over the whole run')
    .option('--slot <n>', 'one place of the batch, counted from 0; of a run also its text')
    .option('--profile <name>', 'apply a profile of the recipe')
    .addOption(settingOption())
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'));
  return async (context, [word], options) => {
    const step = readWhole('--step', options.step, 1)!;
    const slot = readWhole('--slot', options.slot, 0);
    const kind = sideKind(context.cwd, word!);
    const settings = options.set as readonly string[];
    const [place, as] = kind === 'run' ? [join(word!, 'plan.json'), 'plan' as const] : [word!, kind];
    const side = await loadSide(context, place, as, { profile: options.profile as string | undefined, settings });
    if (side === null) return ExitCode.inputWrong;
    const data = kind === 'run' ? await openData(context, word!) : null;
    const found = inspect(side.plan, step, slot, data);
    if (data !== null && step <= data.otherPlanThrough) {
      context.err(`note: the run computed step ${step} with an earlier plan, which \`plans/\` in its folder keeps\n`);
    }
    const skip = data?.skipOf(step) ?? null;
    if (skip !== null) context.err(`note: the run does not train this step: ${skipText(skip)}\n`);
    const parts = data === null || slot === null ? null : await readSlot(side.plan, found, data);
    const asJson = options.format === 'json';
    context.out(
      asJson
        ? `${JSON.stringify({ ...found, ...(data === null ? {} : { skip }), text: parts }, null, 2)}\n`
        : renderStepText(found),
    );
    if (!asJson && parts !== null) context.out(windowText(parts));
    if (data !== null && slot !== null && parts === null) {
      context.err('note: the tokens of this dataset are in the cache no more; `smol run RECIPE` prepares them again\n');
    }
    return ExitCode.success;
  };
};

function inspect(plan: Plan, step: number, slot: number | null, data: RunData | null): StepInspection {
  try {
    return inspectStep(plan, step, data === null ? { slot } : { slot, windows: data.windows });
  } catch (error) {
    if (!(error instanceof NoSuchStep)) throw error;
    throw new CommandError(error.message, { help: error.help, exitCode: ExitCode.usage });
  }
}

async function openData(context: CommandContext, word: string): Promise<RunData> {
  const { cacheFolder, openRunData } = await import('../../runtime/run-folder/index.ts');
  return openRunData(resolve(context.cwd, word), cacheFolder(context.env));
}

/** The documents and the text of the slot that was asked for; null when there is nothing to read. */
async function readSlot(
  plan: Plan,
  { slots, sequence }: StepInspection,
  data: RunData,
): Promise<readonly WindowPart[] | null> {
  const { dataset, window } = slots[0]!;
  const id = plan.datasets.find(({ name }) => name === dataset)!.id;
  return window === null ? null : data.readWindow(id, window, sequence);
}

function readWhole(option: string, value: unknown, least: number): number | null {
  return value === undefined ? null : readNumber(option, String(value), { least, most: 2 ** 53 - 1, whole: true });
}
