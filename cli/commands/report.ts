import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DefineCommand } from '../command.ts';
import { CommandError, ExitCode } from '../context.ts';
import { ablationPage } from '../views/report/ablation-page.ts';
import { runPage } from '../views/report/run-page.ts';
import { writeOutput } from '../write-output.ts';

/** `smol report FOLDER`: what a run or an ablation has come to, as a page of HTML. */
export const define: DefineCommand = (command) => {
  command
    .argument('<folder>', 'the folder of a run or of an ablation')
    .option('-o, --output <file>', 'where to write (default: report.html in the folder; - for stdout)');
  return async (context, [word], options) => {
    const folder = resolve(context.cwd, word!);
    const { holdsAblation, readReportedAblation, readReportedRun } = await import('../../runtime/run-folder/index.ts');
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw noRun(word!, 'there is no folder');
    const isRun = statSync(join(folder, 'plan.json'), { throwIfNoEntry: false }) !== undefined;
    if (!isRun && !holdsAblation(folder)) throw noRun(word!, 'neither a run nor an ablation is in');
    const text = isRun ? runPage(readReportedRun(folder)) : ablationPage(readReportedAblation(folder));
    const output = (options.output as string | undefined) ?? join(word!, 'report.html');
    if (output === '-') context.out(text);
    else {
      await writeOutput(context.cwd, output, text);
      context.out(`wrote ${output}\n`);
    }
    return ExitCode.success;
  };
};

function noRun(word: string, what: string): CommandError {
  return new CommandError(`${what} \`${word}\``, {
    help: 'name the folder of a run (`runs/NAME`) or of an ablation (`runs/NAME/ablations/ABLATION`)',
  });
}
