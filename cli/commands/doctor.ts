import { Option } from 'commander';
import type { DefineCommand } from '../command.ts';
import { ExitCode } from '../context.ts';
import { doctorView } from '../views/doctor-view.ts';

/** `smol doctor [--format text|json]`: what this machine has and lacks; exit code 3 when training would fall back. */
export const define: DefineCommand = (command) => {
  command.addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'));
  return async (context, _positionals, options) => {
    const { examineMachine } = await import('../../runtime/engine/index.ts');
    const report = await examineMachine({ env: context.env, signal: context.interrupted });
    context.out(options.format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : doctorView(report));
    return report.training === 'compiled' ? ExitCode.success : ExitCode.environmentMissing;
  };
};
