import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/doctor.ts';
import { ExitCode } from '../../../cli/context.ts';
import type { MachineReport } from '../../../runtime/engine/index.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { temporaryFolder } from '../../support/command-runner.ts';
import { describeCompiled } from '../../support/compiled-engine.ts';

describe('smol doctor without an engine', () => {
  const context = () =>
    recordedContext({ env: { ...process.env, SMOL_CACHE: path.join(temporaryFolder().path, 'none') } });

  test('says that training falls back, what to do, and ends with 3', async () => {
    const it = context();
    expect(await runCommand(define, [], it)).toBe(ExitCode.environmentMissing);
    expect(it.stdout()).toMatch(/^missing +compiled engine +it is not installed\n +. help: run `smol engine install`/m);
    expect(it.stdout()).toMatch(/^ok +WebAssembly engine/m);
    expect(it.stdout()).toMatch(/^ok +cache +0 bytes/m);
    expect(it.stdout().trim().split('\n').at(-1)).toBe('training falls back to the WebAssembly engine');
  });

  test('prints one JSON document', async () => {
    const it = context();
    expect(await runCommand(define, ['--format', 'json'], it)).toBe(ExitCode.environmentMissing);
    const report = JSON.parse(it.stdout()) as MachineReport;
    expect(report.training).toBe('fallback');
    expect(report.engine.installed).toBe(false);
    expect(report.checks.find(({ name }) => name === 'compiled engine')?.state).toBe('missing');
    expect(it.stderr()).toBe('');
  });
});

describeCompiled('smol doctor with the engine', () => {
  test('proves it and ends with 0', async () => {
    const it = recordedContext({ env: process.env });
    expect(await runCommand(define, [], it)).toBe(ExitCode.success);
    expect(it.stdout()).toMatch(/^ok +compiled engine +TensorFlow 2\.21\.0, /m);
    expect(it.stdout()).toContain('training runs on the compiled engine');
  });
});
