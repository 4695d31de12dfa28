/** The command line's entry: finds the command, loads it alone, runs it, and turns failures into messages and exit codes. */
import { Command, CommanderError } from 'commander';
import packageDescription from '../package.json' with { type: 'json' };
import { commands } from './commands.ts';
import { type CommandContext, CommandError, ExitCode } from './context.ts';
import { processContext } from './process-context.ts';
import { programName } from './program-name.ts';
import { takeRoot } from './root-option.ts';

const context = processContext();
const called = programName(context.env);
const firstSteps = `Start with: ${called} check RECIPE, then ${called} plan RECIPE, then ${called} run RECIPE`;
// A reader that closes early (`smol plan … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// A run whose progress nobody reads any more (`smol run … 2>&1 | head`) goes on: its log and checkpoints are files.
process.stderr.on('error', () => {});
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

async function main(words: readonly string[]): Promise<ExitCode> {
  try {
    const given = takeRoot(
      words.filter((word) => word !== '--debug'),
      context.cwd,
    );
    return await dispatch(given.words, given.root === undefined ? context : { ...context, root: given.root });
  } catch (error) {
    return reportFailure(error, words);
  }
}

async function dispatch(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.success;
  const program = new Command('smol')
    .description('A language and compiler for language-model training recipes.')
    .version(packageDescription.version, '-V, --version', 'print the version')
    .option('--debug', 'show the stack trace of a failure')
    .option('--root <folder>', 'let recipes read files below this folder too, not only below their own')
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride();
  program.addHelpText('after', `\n${firstSteps}`);
  for (const entry of commands) {
    const command = program.command(entry.name).description(entry.summary).exitOverride().allowExcessArguments(false);
    if (words[0] !== entry.name) continue;
    const action = (await entry.load()).define(command);
    command.action(async () => {
      exitCode = await action(context, command.processedArgs.flat().filter(isText), command.opts());
    });
  }
  if (words.length === 0) {
    context.out(program.helpInformation());
    context.out(`\n${firstSteps}\n`);
    return ExitCode.success;
  }
  await program.parseAsync([...words], { from: 'user' });
  return exitCode;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Where somebody who called a command wrongly finds how it is called. */
function usageHelp(words: readonly string[]): string {
  const known = commands.find(({ name }) => words.includes(name));
  return known === undefined
    ? `\`${called} --help\` lists the commands`
    : `\`${called} ${known.name} --help\` shows what it takes`;
}

function reportFailure(error: unknown, words: readonly string[]): ExitCode {
  const debug = words.includes('--debug');
  // Commander has printed its own message or page already.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ExitCode.success;
    context.err(`  = help: ${usageHelp(words)}\n`);
    return ExitCode.usage;
  }
  if (debug && error instanceof Error) context.err(`${error.stack}\n`);
  const message = error instanceof Error ? error.message : String(error);
  context.err(`error: ${message}\n`);
  for (const detail of detailsOf(error)) context.err(`  ${detail}\n`);
  const help = helpOf(error);
  // The rest of the program writes `smol`; what is proposed must be what works here.
  if (help) context.err(`  = help: ${help.replaceAll('`smol ', `\`${called} `)}\n`);
  if (error instanceof CommandError) return error.exitCode;
  if (help === null && !debug) context.err('  = note: run again with --debug for where this comes from\n');
  return exitCodeOf(error);
}

/** Named errors of the runtime carry `help` and may carry `exitCode`, without importing the command line. */
function helpOf(error: unknown): string | null {
  const help = (error as { help?: unknown } | null)?.help;
  return typeof help === 'string' ? help : null;
}

/** Single places of a failure (`data/web.jsonl:12: column \`text\` is null`), a line each. */
function detailsOf(error: unknown): readonly string[] {
  const details = (error as { details?: unknown } | null)?.details;
  return Array.isArray(details) ? details.filter(isText) : [];
}

function exitCodeOf(error: unknown): ExitCode {
  const code = (error as { exitCode?: unknown } | null)?.exitCode;
  return Object.values(ExitCode).find((known) => known === code) ?? ExitCode.inputWrong;
}
