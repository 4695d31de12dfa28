import { Option } from 'commander';
import { type Plan, printPlan, printPlanYaml, renderPlanMarkdown, renderPlanText } from '../../compiler/index.ts';
import type { DefineCommand } from '../command.ts';
import { ExitCode } from '../context.ts';
import { loadPlan } from '../load-plan.ts';
import { writeOutput } from '../write-output.ts';

const formats = ['text', 'markdown', 'json', 'yaml'] as const;

/** `smol plan FILE`: what a recipe, or a plan that was compiled before, would do. */
export const define: DefineCommand = (command) => {
  command
    .argument('<file>', 'a recipe, or a plan.json')
    .option('--profile <name>', 'apply a profile of the recipe')
    .option('--set <path=value>', 'override an attribute, as in pretrain.tokens=2M', collect, [])
    .addOption(new Option('--format <format>', 'how to print').choices(formats).default('text'))
    .option('-o, --output <file>', 'write to a file instead of stdout');
  return async (context, [file], options) => {
    const settings = options.set as readonly string[];
    const loaded = loadPlan(context, { file: file!, profile: options.profile as string | undefined, settings });
    if (loaded === null) return ExitCode.inputWrong;
    const output = options.output as string | undefined;
    const { columns, color } = context.outTerminal;
    const text = await print(loaded.plan, options.format as (typeof formats)[number], {
      columns,
      color: color && output === undefined,
    });
    if (output === undefined) context.out(text);
    else writeOutput(context.cwd, output, text);
    return ExitCode.success;
  };
};

async function print(
  plan: Plan,
  format: (typeof formats)[number],
  options: { readonly columns: number; readonly color: boolean },
): Promise<string> {
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

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
