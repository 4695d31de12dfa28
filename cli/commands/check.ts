import { resolve } from 'node:path';
import { Option } from 'commander';
import { applyFixes, type CompilerHost, type Diagnostic, type SourceText } from '../../compiler/index.ts';
import { parse } from '../../grammar/index.ts';
import { checkRecipe } from '../check-recipe.ts';
import type { DefineCommand } from '../command.ts';
import { CommandError, ExitCode } from '../context.ts';
import { createFileHost, readRecipeText } from '../file-host.ts';
import { replaceFile } from '../replace-file.ts';
import { settingOption } from '../setting-option.ts';
import { type CheckedFile, type CheckFormat, checkFormats, showChecked } from '../views/check-view.ts';

/** `smol check FILE…`: all diagnostics of all files in one pass. */
export const define: DefineCommand = (command) => {
  command
    .argument('<file...>', 'recipes')
    .option('--profile <name>', 'apply a profile of the recipe')
    .addOption(settingOption())
    .addOption(new Option('--format <format>', 'how to print').choices(checkFormats).default('text'))
    .option('--fix', 'repair what can be repaired without a change of meaning')
    .option('--unsafe', 'with --fix: repair also where the meaning may change');
  return async (context, paths, options) => {
    if (options.unsafe && !options.fix) {
      throw new CommandError('`--unsafe` goes with `--fix`', { exitCode: ExitCode.usage });
    }
    for (const path of paths) readRecipeText(context.cwd, path);
    const host = createFileHost(context);
    const compilation = { profile: options.profile as string | undefined, settings: options.set as readonly string[] };
    const sources = new Map<string, SourceText>();
    const check = (path: string) => {
      const checked = checkRecipe(path, host, compilation);
      for (const [file, source] of checked.sources) sources.set(file, source);
      return checked.diagnostics;
    };
    const files = [...new Set(paths)].map((path): CheckedFile => {
      const repaired = options.fix ? repair(path, context.cwd, host, check, options.unsafe === true) : 0;
      return { path, diagnostics: check(path), repaired };
    });
    context.out(
      showChecked(files, (file) => sources.get(file) ?? null, options.format as CheckFormat, context.outTerminal),
    );
    const failed = files.some((file) => file.diagnostics.some(({ severity }) => severity === 'error'));
    return failed ? ExitCode.inputWrong : ExitCode.success;
  };
};

/** A repair may make another one possible; more rounds than this would be a fix that undoes another. */
const mostRounds = 8;

/** Repairs a file in place; returns how many problems were repaired. */
function repair(
  path: string,
  cwd: string,
  host: CompilerHost,
  check: (path: string) => readonly Diagnostic[],
  unsafe: boolean,
): number {
  let repaired = 0;
  for (let round = 0; round < mostRounds; round += 1) {
    const before = host.readText(path) ?? '';
    const countSyntaxProblems = (text: string) => parse(text, path).problems.length;
    const { text, applied } = applyFixes(path, before, check(path), { unsafe, countSyntaxProblems });
    if (text === before) break;
    replaceFile(resolve(cwd, path), text);
    repaired += applied.length;
  }
  return repaired;
}
