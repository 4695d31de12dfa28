import path from 'node:path';
import { expect, test } from 'vitest';
import { define, progressLine } from '../../../cli/commands/engine.ts';
import { ExitCode } from '../../../cli/context.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { temporaryFolder } from '../../support/command-runner.ts';
import { describeCompiled } from '../../support/compiled-engine.ts';

test('shows that nothing is installed, and where it would be', async () => {
  const cache = path.join(temporaryFolder().path, 'cache');
  const context = recordedContext({ env: { SMOL_CACHE: cache } });
  expect(await runCommand(define, [], context)).toBe(ExitCode.environmentMissing);
  expect(context.stdout()).toContain('compiled engine: it is not installed; run `smol engine install`');
  expect(context.stdout()).toContain(`folder: ${cache}`);
});

test('an unknown action is an error of usage', async () => {
  await expect(runCommand(define, ['remove'], recordedContext())).rejects.toMatchObject({
    message: 'unknown action `remove`',
    exitCode: ExitCode.usage,
  });
});

test('an installation that lacks Python says so and ends with 3', async () => {
  const { path: folder } = temporaryFolder();
  const context = recordedContext({ env: { SMOL_CACHE: folder, SMOL_PYTHON: '/nonexistent/python' } });
  await expect(runCommand(define, ['install'], context)).rejects.toMatchObject({
    message: '`SMOL_PYTHON` is `/nonexistent/python`, which is not a Python 3 with pip',
    exitCode: ExitCode.environmentMissing,
  });
  expect(context.stderr()).toBe('engine: find Python 3 with pip ...\n');
});

test('steps are shown with their seconds', () => {
  expect(progressLine({ kind: 'end', step: 'compile the addon', detail: 'done', seconds: 18.04 })).toBe(
    'engine: compile the addon: done (18.0 s)\n',
  );
  expect(progressLine({ kind: 'waiting', holder: '12 host' })).toBe(
    'engine: waiting for another installation (process 12 host)\n',
  );
});

describeCompiled('an installed engine', () => {
  test('is found at once, and `--quiet` says nothing', async () => {
    const context = recordedContext({ env: process.env });
    expect(await runCommand(define, ['install', '--quiet'], context)).toBe(ExitCode.success);
    expect(context.stdout() + context.stderr()).toBe('');
    expect(await runCommand(define, ['install'], context)).toBe(ExitCode.success);
    expect(context.stderr()).toMatch(/^engine: installed already: .+\n$/);
  });
});
