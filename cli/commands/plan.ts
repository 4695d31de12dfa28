import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import {
  normalizedRecipe,
  type Plan,
  type PlanTextOptions,
  printPlan,
  printPlanYaml,
  renderPlanMarkdown,
  renderPlanText,
} from '../../compiler/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';
import { compileFile, loadPlan, type PlanRequest, showErrors } from '../load-plan.ts';
import { sideKind } from '../plan-side.ts';
import { programName } from '../program-name.ts';
import { settingOption } from '../setting-option.ts';
import { writeOutput } from '../write-output.ts';

const formats = ['text', 'markdown', 'json', 'yaml'] as const;

/** `smol plan FILE|RUN`: what a recipe, a plan that was compiled before, or a run does. */
export const define: DefineCommand = (command) => {
  command
    .argument('<file>', 'a recipe, a plan.json, or the folder of a run')
    .option('--profile <name>', 'apply a profile of the recipe')
    .addOption(settingOption())
    .option('--cluster <name>', 'count cost and memory on this cluster of the recipe (default: the first)')
    .addOption(new Option('--format <format>', 'how to print').choices(formats).default('text'))
    .addOption(
      new Option('--normalized', 'print the recipe in its long form, every default written out').conflicts('format'),
    )
    .option('-o, --output <file>', 'write to a file instead of stdout');
  return async (context, [file], options) => {
    const settings = options.set as readonly string[];
    const output = options.output as string | undefined;
    const isFolder = statSync(resolve(context.cwd, file!), { throwIfNoEntry: false })?.isDirectory() ?? false;
    const asRun = isFolder && sideKind(context.cwd, file!) === 'run';
    const request = {
      file: asRun ? join(file!, 'plan.json') : file!,
      profile: options.profile as string | undefined,
      settings,
      cluster: options.cluster as string | undefined,
    };
    const text = options.normalized
      ? longForm(context, request)
      : await page(context, request, { format: options.format as Format, color: output === undefined });
    if (text === null) return ExitCode.inputWrong;
    if (output === undefined) context.out(text);
    else await writeOutput(context.cwd, output, text);
    return ExitCode.success;
  };
};

type Format = (typeof formats)[number];

/** Null for a recipe with errors, which have been shown. */
async function page(
  context: CommandContext,
  request: PlanRequest,
  { format, color }: { readonly format: Format; readonly color: boolean },
): Promise<string | null> {
  const loaded = loadPlan(context, request);
  const { columns, color: colored } = context.outTerminal;
  const check = request.file.endsWith('.json') ? {} : { check: `${programName(context.env)} check ${request.file}` };
  return loaded && print(loaded.plan, format, { columns, color: color && colored, ...check });
}

/** Throws a CommandError for a plan: it holds no recipe. */
function longForm(context: CommandContext, request: PlanRequest): string | null {
  if (request.file.endsWith('.json')) {
    throw new CommandError(`\`${request.file}\` is a plan, and only a recipe has a long form`, {
      help: 'give the recipe that it was compiled from, or leave `--normalized` out',
      exitCode: ExitCode.usage,
    });
  }
  const compilation = compileFile(context, request);
  const text = normalizedRecipe(compilation);
  if (text === null) showErrors(context, compilation);
  return text;
}

async function print(plan: Plan, format: Format, options: PlanTextOptions): Promise<string> {
  switch (format) {
    case 'text':
      return renderPlanText(plan, options);
    case 'markdown':
      return renderPlanMarkdown(plan);
    case 'json':
      return printPlan(plan);
    case 'yaml':
      return printPlanYaml(plan);
  }
}
