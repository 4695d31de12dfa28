import { type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { compileRecipe, importConfig, renderDiagnostics, renderJson, type SourceLookup } from '../../compiler/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';
import { createFileHost, readRecipeText } from '../file-host.ts';
import { writeOutput } from '../write-output.ts';

const configWords = { what: 'a configuration', ending: '.yaml' };

/** `smol import FILE.yaml… [-o FILE.smol]`: the recipe of a nanotron configuration, and what it says otherwise or not at all. */
export const define: DefineCommand = (command) => {
  command
    .argument('<file...>', 'a configuration of nanotron, or the files of one run')
    .option('-o, --output <file>', 'the recipe to write (default: standard output)')
    .option('--force', 'overwrite the recipe')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'));
  return async (context, paths, { output, force, format }) => {
    const place = typeof output === 'string' ? output : null;
    if (place !== null) refuseExisting(context, place, force === true, paths);
    const files = [...new Set(paths)].map((path) => ({ path, text: readRecipeText(context.cwd, path, configWords) }));
    const { recipe, diagnostics, sources } = await importConfig(files);
    const checked = recipe && checkText(context, place ?? `${recipe.name}.smol`, recipe.text);
    const all = [...diagnostics, ...(checked?.diagnostics ?? [])];
    const sourceOf: SourceLookup = (path) => checked?.sources.get(path) ?? sources.get(path) ?? null;
    if (format === 'json') {
      const document = { recipe: recipe?.text ?? null, ...JSON.parse(renderJson(all, sourceOf)) };
      context.out(`${JSON.stringify(document, null, 2)}\n`);
    } else {
      context.err(renderDiagnostics(all, sourceOf, context.terminal));
    }
    if (recipe !== null && place !== null) {
      await writeOutput(context.cwd, place, recipe.text);
      context.err(`wrote ${place}\n`);
    } else if (recipe !== null && format !== 'json') {
      context.out(recipe.text);
    }
    return all.some(({ severity }) => severity === 'error') ? ExitCode.inputWrong : ExitCode.success;
  };
};

/** People go on writing in an imported recipe: it is not overwritten unless that is asked for, and a configuration never is. */
function refuseExisting({ cwd }: CommandContext, place: string, force: boolean, paths: readonly string[]): void {
  const stats = statsOf(resolve(cwd, place));
  const isSame = (path: string) => {
    const other = statsOf(resolve(cwd, path));
    return other !== undefined && other.ino === stats?.ino && other.dev === stats.dev;
  };
  if (stats?.isFile() && paths.some(isSame)) {
    throw new CommandError(`\`${place}\` is the configuration itself`, { help: 'name another file for the recipe' });
  }
  if (stats?.isDirectory()) {
    throw new CommandError(`\`${place}\` is a folder`, { help: `name the recipe in it: \`-o ${place}/NAME.smol\`` });
  }
  if (stats !== undefined && !force) {
    throw new CommandError(`\`${place}\` exists already`, { help: '`--force` overwrites it' });
  }
}

/** What stands at a place; undefined where nothing can, as under a file. */
function statsOf(place: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** What `smol check` will say of the recipe, before it is there. */
function checkText(context: CommandContext, path: string, text: string): ReturnType<typeof compileRecipe> {
  const host = createFileHost(context);
  return compileRecipe(path, { ...host, readText: (each) => (each === path ? text : host.readText(each)) });
}
