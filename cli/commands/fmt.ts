import { resolve } from 'node:path';
import { createSourceText, renderDiagnostics, syntaxDiagnostics } from '../../compiler/index.ts';
import { format } from '../../grammar/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';
import { decodeRecipe, readRecipeText } from '../file-host.ts';
import { replaceFile } from '../replace-file.ts';
import { type FormattedFile, showFormatted } from '../views/fmt-view.ts';

const standardInput = '-';
const mostBytes = 32 * 1024 * 1024;

/** `smol fmt FILE…`: formats in place, only what changes; `-` formats standard input to standard output. */
export const define: DefineCommand = (command) => {
  command
    .argument('<file...>', 'recipes; `-` for standard input')
    .option('--check', 'change nothing; exit 1 when something would change');
  return async (context, paths, options) => {
    const checkOnly = options.check === true;
    if (paths.includes(standardInput)) {
      if (paths.length > 1) throw new CommandError('`-` goes without other files', { exitCode: ExitCode.usage });
      return formatStandardInput(context, checkOnly);
    }
    const texts = [...new Set(paths)].map((path) => ({ path, text: readRecipeText(context.cwd, path) }));
    const files = texts.map(({ path, text }): FormattedFile => {
      const formatted = formatOrExplain(context, path, text);
      if (formatted === null) return { path, outcome: 'refused' };
      if (formatted === text) return { path, outcome: 'unchanged' };
      if (!checkOnly) replaceFile(resolve(context.cwd, path), formatted);
      return { path, outcome: 'changed' };
    });
    context.out(showFormatted(files, checkOnly));
    const wrong = files.some(({ outcome }) => outcome === 'refused' || (checkOnly && outcome === 'changed'));
    return wrong ? ExitCode.inputWrong : ExitCode.success;
  };
};

async function formatStandardInput(context: CommandContext, checkOnly: boolean): Promise<ExitCode> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new CommandError('standard input is too large to be a recipe');
    chunks.push(chunk);
  }
  const text = decodeRecipe(Buffer.concat(chunks), standardInput);
  const formatted = formatOrExplain(context, standardInput, text);
  if (formatted === null) return ExitCode.inputWrong;
  if (!checkOnly) context.out(formatted);
  return checkOnly && formatted !== text ? ExitCode.inputWrong : ExitCode.success;
}

/** The formatted text; null, after saying why, where the text does not parse: nothing of it may get lost. */
function formatOrExplain(context: CommandContext, path: string, text: string): string | null {
  const formatted = format(text, path);
  if ('text' in formatted) return formatted.text;
  const source = createSourceText(path, text);
  context.err(renderDiagnostics(syntaxDiagnostics(formatted.problems, text), () => source, context.terminal));
  return null;
}
