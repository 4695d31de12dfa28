import { checkExample, explainPage, findCode, listCodes } from '../../compiler/index.ts';
import type { DefineCommand } from '../command.ts';
import { CommandError, ExitCode } from '../context.ts';

/** `smol explain [CODE]`: the page of a diagnostic, or the list of all. */
export const define: DefineCommand = (command) => {
  command.argument('[code]', 'a code such as SM3001; without one, all codes are listed');
  return async (context, [written]) => {
    if (written === undefined) {
      context.out(listCodes(context.outTerminal));
      return ExitCode.success;
    }
    const found = findCode(written);
    if (found.row === null) {
      const help = found.near.length > 0 ? `near it are ${found.near.join(', ')}; ` : '';
      throw new CommandError(`there is no diagnostic \`${written}\``, {
        help: `${help}\`smol explain\` lists all codes`,
      });
    }
    context.out(await explainPage(found.row, checkExample, context.outTerminal));
    return ExitCode.success;
  };
};
