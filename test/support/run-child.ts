/** `smol run` in a process of its own, to be killed: `run-child.ts FOLDER [words…]`, with a line on stdout for each step. */
import process from 'node:process';
import { define } from '../../cli/commands/run.ts';
import { recordedContext, runCommand } from './command-context.ts';

const [cwd, ...words] = process.argv.slice(2);
const context = recordedContext({ cwd: cwd!, env: process.env, err: (text) => process.stderr.write(text) });
process.exitCode = await runCommand(define, words, context);
process.stdout.write(context.stdout());
