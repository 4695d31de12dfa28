/**
 * `smol run` in a process of its own, which kills itself with SIGKILL at an exact moment:
 * `run-child.ts FOLDER never|step:N|evaluation:N|checkpoint:N words…`. `step:N` is right after the metrics of step N were
 * written, `evaluation:N` right after the first task that is measured after step N, `checkpoint:N` when the files of that
 * checkpoint are there and only its rename is missing.
 */
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { define } from '../../cli/commands/run.ts';
import { recordedContext, runCommand } from './command-context.ts';

const [cwd, moment, ...words] = process.argv.slice(2);
const [kind, number] = moment!.split(':');
const die = () => process.kill(process.pid, 'SIGKILL');

const { writeSync } = fs;
fs.writeSync = ((...input: Parameters<typeof writeSync>) => {
  const written = writeSync(...input);
  const [, given] = input as [number, unknown];
  const text = Buffer.isBuffer(given) ? given.toString() : given;
  if (
    kind === 'step' &&
    typeof text === 'string' &&
    text.startsWith(`{"step":${number},`) &&
    text.includes('"learning_rate"')
  )
    die();
  if (
    kind === 'evaluation' &&
    typeof text === 'string' &&
    text.startsWith(`{"step":${number},`) &&
    text.includes('"primary"')
  )
    die();
  return written;
}) as typeof fs.writeSync;
const { rename } = fsPromises;
fsPromises.rename = async (from, to) => {
  if (kind === 'checkpoint' && String(to).endsWith(`step-${number!.padStart(8, '0')}`)) die();
  return rename(from, to);
};
syncBuiltinESMExports();

const context = recordedContext({ cwd: cwd!, env: process.env, err: (text) => process.stderr.write(text) });
process.exitCode = await runCommand(define, words, context);
process.stdout.write(context.stdout());
