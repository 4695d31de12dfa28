import fs, { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openRunData, runPosition } from '../../../runtime/run-folder/index.ts';
import { RunFileRefused } from '../../../runtime/run-folder/refused-file.ts';
import { readStepLog, StepLog } from '../../../runtime/run-folder/step-log.ts';
import { loadTrainedModel } from '../../../runtime/run-folder/trained-model.ts';
import type { RunError } from '../../../runtime/train/run-error.ts';
import { runPlan } from '../../../runtime/train/run-plan.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { fakeRun } from '../../support/fake-run.ts';
import { textFolder, textPlan } from '../../support/text-folder.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'smol-refused-'));

/** From now on each synchronous write takes at most `part` bytes, and after `writes` of them none: the disk is full. */
function fillDisk(writes: number, part = Number.POSITIVE_INFINITY): () => void {
  const { writeSync } = fs;
  let done = 0;
  fs.writeSync = ((file: number, bytes: Buffer, offset: number) => {
    if (done++ >= writes) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
    return writeSync(file, bytes, offset, Math.min(part, bytes.length - offset));
  }) as typeof fs.writeSync;
  syncBuiltinESMExports();
  return () => {
    fs.writeSync = writeSync;
    syncBuiltinESMExports();
  };
}

describe('a log on a full disk', () => {
  test('is a named error that says how to go on, and the run then does', async () => {
    const whole = newFolder();
    const { stateHash } = await fakeRun(whole);
    const folder = newFolder();
    const restore = fillDisk(60);
    const failure = await fakeRun(folder)
      .catch((error: unknown) => error)
      .finally(restore);
    expect(failure).toBeInstanceOf(RunFileRefused);
    expect(failure).toMatchObject({
      message: expect.stringMatching(
        /^`(metrics|timings|held-out)\.jsonl` of the run folder cannot be written: no space is left \(ENOSPC\)$/,
      ),
      help: expect.stringContaining('free space or raise the limit, then go on with `--resume`'),
      exitCode: 4,
    });
    const resumed = await fakeRun(folder);
    expect(resumed.stateHash).toBe(stateHash);
    expect(readFileSync(join(folder, 'metrics.jsonl'))).toEqual(readFileSync(join(whole, 'metrics.jsonl')));
  });

  test('a line that the system takes in parts is whole', () => {
    const path = join(newFolder(), 'a.jsonl');
    const log = new StepLog<{ step: number; text: string }>(path, () => true);
    const restore = fillDisk(1000, 7);
    const line = { step: 1, text: 'zwölf Boxkämpfer jagen Viktor' };
    try {
      log.append(line);
      log.append({ ...line, step: 2 });
    } finally {
      restore();
      log.close();
    }
    expect(readStepLog(path)).toEqual([line, { ...line, step: 2 }]);
  });
});

describe('a damaged run folder', () => {
  const cacheFolder = newFolder();
  const recipeFolder = textFolder();
  const plan = textPlan();
  const options = (runFolder: string) => ({
    plan,
    planText: JSON.stringify(plan),
    recipeFolder,
    runFolder,
    runsFolder: newFolder(),
    resume: false,
    steps: 12,
    cacheFolder,
    version: '0.0.0',
    observe: () => {},
    interrupted: new AbortController().signal,
  });
  const intact = join(newFolder(), 'run');
  beforeAll(() => runPlan(options(intact), fakeEngine()));

  /** A copy of the run in which `name` is an empty folder, or a file of a few bytes. */
  function damaged(name: string, as: 'folder' | 'file'): string {
    const folder = join(newFolder(), 'run');
    cpSync(intact, folder, { recursive: true });
    rmSync(join(folder, name), { recursive: true });
    if (as === 'folder') mkdirSync(join(folder, name));
    else writeFileSync(join(folder, name), 'none');
    return folder;
  }

  const uses: Readonly<Record<string, (folder: string) => unknown>> = {
    resume: (folder) => runPlan({ ...options(folder), steps: 14, resume: true }, fakeEngine()),
    position: (folder) => runPosition(folder),
    generate: (folder) => loadTrainedModel(folder, null),
    inspect: (folder) => openRunData(folder, cacheFolder),
  };
  const damages = [
    ['plan.json', 'folder', ['resume', 'position', 'generate']],
    ['plan.json', 'file', ['resume', 'position', 'generate']],
    ['checkpoints', 'file', ['resume', 'position', 'generate']],
    ['metrics.jsonl', 'folder', ['resume']],
    ['held-out.jsonl', 'folder', ['resume']],
    ['data.json', 'folder', ['resume', 'inspect']],
    ['data.json', 'file', ['resume', 'inspect']],
    ['run.json', 'folder', ['resume']],
    ['tokenizer.json', 'folder', ['generate']],
    ['tokenizer.json', 'file', ['generate']],
  ] as const;
  const cases = damages.flatMap(([name, as, by]) => by.map((use) => [name, as, use] as const));

  test.each(cases)('whose %s is a %s is refused by a message that names it (%s)', async (name, as, use) => {
    const folder = damaged(name, as);
    const failure = await (async () => uses[use]!(folder))().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    const { message, help } = failure as RunError;
    expect(help, message).toEqual(expect.any(String));
    expect(message).not.toMatch(/^E[A-Z]+:/);
    if (!(name === 'plan.json' && as === 'file')) expect(message).toContain(name);
  });

  test('the record of a run says what computed it', () => {
    expect(JSON.parse(readFileSync(join(intact, 'run.json'), 'utf8'))).toMatchObject({
      engine: 'fake',
      compiled: false,
      device: 'cpu',
      versions: { smol: '0.0.0', node: process.version, tfjs: '0.0.0' },
    });
  });
});
