import { relative, resolve } from 'node:path';
import { Option } from 'commander';
import type { ExportedModel } from '../../runtime/index.ts';
import type { DefineCommand } from '../command.ts';
import { CommandError, ExitCode } from '../context.ts';
import { readNumber } from '../read-number.ts';

/** `smol export RUN --format hf -o DIR`: writes a run's model as a folder that other programs load. */
export const define: DefineCommand = (command) => {
  command
    .argument('<run>', 'a run folder, or a checkpoint in one')
    .option('--step <n>', 'the checkpoint of this step (default: the newest)')
    .addOption(new Option('--format <format>', 'what to write: a Hugging Face folder').choices(['hf']).default('hf'))
    .addOption(
      new Option('--dtype <type>', 'how weights are stored; bf16 rounds them')
        .choices(['float32', 'bf16'])
        .default('float32'),
    )
    .option('-o, --output <folder>', 'the folder to write; it must be new or empty');
  return async (context, [run], options) => {
    const { step, output, dtype } = options;
    if (typeof output !== 'string') {
      throw new CommandError('`smol export` needs a folder to write', {
        help: 'name it: `-o exported`',
        exitCode: ExitCode.usage,
      });
    }
    const bounds = { least: 1, most: 2 ** 53 - 1, whole: true };
    const { exportRun } = await import('../../runtime/index.ts');
    const exported = await exportRun({
      run: resolve(context.cwd, run!),
      step: step === undefined ? null : readNumber('--step', String(step), bounds),
      type: dtype === 'bf16' ? 'BF16' : 'F32',
      output: resolve(context.cwd, output),
    });
    for (const { step: newer, reason } of exported.skipped) {
      context.err(`note: checkpoint of step ${newer} was skipped: ${reason}\n`);
    }
    context.out(summary(exported, relative(context.cwd, resolve(context.cwd, output)) || '.'));
    return ExitCode.success;
  };
};

function summary({ step, parameters, files }: ExportedModel, folder: string): string {
  const width = Math.max(...files.map(({ name }) => name.length));
  const lines = files.map(({ name, bytes }) => `  ${name.padEnd(width)}  ${bytes.toLocaleString('en-US')} bytes`);
  const head = `wrote \`${folder}\`: ${parameters.toLocaleString('en-US')} parameters, after step ${step.toLocaleString('en-US')}`;
  return [head, ...lines, ''].join('\n');
}
