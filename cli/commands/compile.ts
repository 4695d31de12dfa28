import { join, relative, resolve, sep } from 'node:path';
import { Option } from 'commander';
import {
  type EmitPlace,
  emitCompiled,
  type Plan,
  renderDiagnostics,
  type Target,
  targets,
} from '../../compiler/index.ts';
import type { DefineCommand } from '../command.ts';
import { ExitCode } from '../context.ts';
import { loadPlan } from '../load-plan.ts';
import { publicTypes } from '../public-types.ts';
import { requireLocked } from '../recipe-lock.ts';
import { settingOption } from '../setting-option.ts';
import { writeOutput } from '../write-output.ts';

/** Targets that are the plan itself: its local paths stay as they are. */
const planTargets: ReadonlySet<Target> = new Set(['plan', 'yaml']);

/** `smol compile FILE --target TARGET -o DIR`: writes a plan in the form that something else reads. */
export const define: DefineCommand = (command) => {
  command
    .argument('<file>', 'a recipe, or a plan.json')
    .option('--profile <name>', 'apply a profile of the recipe')
    .addOption(settingOption())
    .addOption(new Option('--target <target>', 'what to write').choices(targets).makeOptionMandatory())
    .requiredOption('-o, --output <folder>', 'the folder to write to');
  return async (context, [file], options) => {
    const settings = options.set as readonly string[];
    const loaded = loadPlan(context, { file: file!, profile: options.profile as string | undefined, settings });
    if (loaded === null) return ExitCode.inputWrong;
    const target = options.target as Target;
    if (!planTargets.has(target)) requireLocked(context, { file: file!, settings }, loaded);
    const folder = options.output as string;
    const place = emitPlace(resolve(context.cwd, folder), loaded.folder);
    const { files, diagnostics } = await emitCompiled(loaded, target, place);
    const sourceOf = (name: string) => loaded.compilation?.sources.get(name) ?? null;
    context.err(renderDiagnostics(diagnostics, sourceOf, context.terminal));
    if (diagnostics.some(({ severity }) => severity === 'error')) return ExitCode.inputWrong;
    for (const { path, text } of files) {
      await writeOutput(context.cwd, join(folder, path), text);
      context.err(`wrote ${join(folder, path)}\n`);
    }
    const elsewhere = planTargets.has(target) && resolve(context.cwd, folder) !== loaded.folder;
    if (elsewhere && readsLocalFiles(loaded.plan)) {
      context.err('note: the plan names local files by paths from its own folder: run it from beside the recipe\n');
    }
    return ExitCode.success;
  };
};

function emitPlace(output: string, recipeFolder: string): Omit<EmitPlace, 'spanOf'> {
  const back = relative(output, recipeFolder).split(sep).join('/');
  return {
    recipeFolder: back === '' ? './' : `${back}/`,
    publicTypes: publicTypes(),
  };
}

function readsLocalFiles({ datasets, tokenizer }: Plan): boolean {
  return [tokenizer, ...datasets.map(({ source }) => source)].some(({ kind }) => kind === 'local');
}
