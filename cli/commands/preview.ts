import { Option } from 'commander';
import type { DefineCommand } from '../command.ts';
import { ExitCode } from '../context.ts';
import { loadPlan } from '../load-plan.ts';
import { openRuntime } from '../open-runtime.ts';
import { readNumber } from '../read-number.ts';
import { settingOption } from '../setting-option.ts';
import { previewText } from '../views/preview-view.ts';

/** `smol preview FILE|PLAN [PHASE]`: the rows of post-training as the model reads them, and what of them is trained on. */
export const define: DefineCommand = (command) => {
  command
    .argument('<file>', 'a recipe (.smol), or a plan (.json)')
    .argument('[phase]', 'a phase of post-training (default: the first)')
    .option('--rows <n>', 'rows to show', '3')
    .option('--profile <name>', 'apply a profile of the recipe')
    .addOption(settingOption())
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'));
  return async (context, [file, phase], options) => {
    const rows = readNumber('--rows', String(options.rows), { least: 1, most: 10_000, whole: true });
    const settings = options.set as readonly string[];
    const loaded = loadPlan(context, { file: file!, profile: options.profile as string | undefined, settings });
    if (loaded === null) return ExitCode.inputWrong;
    const { cacheFolder, previewRows } = await openRuntime(context, loaded.folder);
    const preview = await previewRows({
      plan: loaded.plan,
      recipeFolder: loaded.folder,
      cacheFolder: cacheFolder(context.env),
      phase: phase ?? null,
      rows,
      signal: context.interrupted,
    });
    context.out(
      options.format === 'json' ? `${JSON.stringify(preview, null, 2)}\n` : previewText(preview, context.outTerminal),
    );
    return ExitCode.success;
  };
};
