import type { InstallEvent } from '../../runtime/engine/install/install-engine.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';

/** `smol engine install [--force] [--quiet]`: builds the compiled engine in the per-user cache. */
export const define: DefineCommand = (command) => {
  command
    .description('install the compiled engine (TensorFlow, from Python 3 with pip and a C++ compiler)')
    .argument('<action>', '`install`')
    .option('--force', 'build it again although it is there')
    .option('--quiet', 'print only what went wrong');
  return async (context, positionals, options) => {
    if (positionals[0] !== 'install') {
      throw new CommandError(`unknown action \`${positionals[0] ?? ''}\``, {
        help: 'write `smol engine install`',
        exitCode: ExitCode.usage,
      });
    }
    return install(context, options.force === true, options.quiet === true);
  };
};

async function install(context: CommandContext, force: boolean, quiet: boolean): Promise<ExitCode> {
  const { installEngine } = await import('../../runtime/engine/install/install-engine.ts');
  const { EngineInstallError } = await import('../../runtime/engine/engine-error.ts');
  const report = (event: InstallEvent) => {
    const line = quiet ? null : progressLine(event);
    if (line !== null) context.err(line);
  };
  try {
    const result = await installEngine({ force, env: context.env, signal: context.interrupted, report });
    const took = result.found ? 'is installed already' : `installed in ${result.seconds.toFixed(0)} s`;
    if (!quiet) context.out(`engine ${took}: ${result.folder}\n`);
    return ExitCode.success;
  } catch (error) {
    if (!(error instanceof EngineInstallError)) throw error;
    const exitCode = error.kind === 'interrupted' ? ExitCode.interrupted : ExitCode.environmentMissing;
    throw new CommandError(error.message, { help: error.help, exitCode });
  }
}

/** One line a step, as it ends; a long step is announced when it begins, so that silence has a name. */
export function progressLine(event: InstallEvent): string {
  switch (event.kind) {
    case 'begin':
      return `engine: ${event.step} ...\n`;
    case 'end':
      return `engine: ${event.step}: ${event.detail} (${event.seconds.toFixed(1)} s)\n`;
    case 'waiting':
      return `engine: waiting for another installation (process ${event.holder})\n`;
  }
}
