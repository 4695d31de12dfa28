import type { EngineDevice, EngineStatus, InstallEvent } from '../../runtime/engine/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';

/** `smol engine [show]` says what is installed; `smol engine install` builds the compiled engine in the per-user cache. */
export const define: DefineCommand = (command) => {
  command
    .argument('[action]', '`show` or `install`', 'show')
    .option('--gpu', 'with install: the engine for NVIDIA GPUs (CUDA), beside the one for processors')
    .option('--webgpu', 'with install: the WebGPU engine, for a GPU of any vendor; `smol run --engine webgpu` uses it')
    .option('--force', 'build it again although it is there')
    .option('--quiet', 'say nothing when it is there already');
  return async (context, positionals, options) => {
    const [action = 'show'] = positionals;
    if (action === 'install') {
      const engine = options.webgpu === true ? 'webgpu' : options.gpu === true ? 'gpu' : 'cpu';
      return install(context, engine, options.force === true, options.quiet === true);
    }
    if (action === 'show') return show(context);
    throw new CommandError(`unknown action \`${action}\``, {
      help: 'write `smol engine install` or `smol engine show`',
      exitCode: ExitCode.usage,
    });
  };
};

async function install(
  context: CommandContext,
  engine: EngineDevice | 'webgpu',
  force: boolean,
  quiet: boolean,
): Promise<ExitCode> {
  const { installEngine, installWebgpu } = await import('../../runtime/engine/index.ts');
  const report = (event: InstallEvent) => context.err(progressLine(event));
  const how = { force, env: context.env, signal: context.interrupted, report };
  const result = await (engine === 'webgpu' ? installWebgpu(how) : installEngine({ ...how, device: engine }));
  const took = result.found ? 'installed already' : `installed in ${result.seconds.toFixed(0)} s`;
  if (!quiet || !result.found) context.err(`engine: ${took}: ${result.folder}\n`);
  return ExitCode.success;
}

async function show(context: CommandContext): Promise<ExitCode> {
  const { engineStatus } = await import('../../runtime/engine/index.ts');
  const status = engineStatus(context.env);
  context.out(`${statusLines(status).join('\n')}\n`);
  return status.installed ? ExitCode.success : ExitCode.environmentMissing;
}

function statusLines(status: EngineStatus): string[] {
  const { variant, manifest } = status;
  const { versions, installCommand } = variant;
  return [
    manifest ? 'compiled engine: installed' : `compiled engine: ${status.problem}; run \`${installCommand}\``,
    `folder: ${status.folder}`,
    `TensorFlow: ${versions.tensorflow} (${versions.wheelPackage})${variant.device === 'gpu' ? ', for NVIDIA GPUs' : ''}`,
    `addon: @tensorflow/tfjs-node-gpu ${versions.tfjsNode}${manifest ? `, compiled by ${manifest.compiler}` : ''}`,
    `threads: ${status.threads}`,
  ];
}

/** A line when a step begins, so that a silence has a name, and one when it has ended. */
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
