import { CommandError, ExitCode } from './context.ts';

/** Reads the number of an option. Throws a usage error that names the option, what was given and what is allowed. */
export function readNumber(
  option: string,
  text: string,
  { least, most, whole = false }: { readonly least: number; readonly most: number; readonly whole?: boolean },
): number {
  const value = /^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  if (value >= least && value <= most && (!whole || Number.isSafeInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  const bound =
    most >= Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most.toLocaleString('en-US')}`;
  throw new CommandError(`\`${option} ${text}\` is not ${kind} ${bound}`, {
    help: `give ${kind} ${bound}`,
    exitCode: ExitCode.usage,
  });
}
