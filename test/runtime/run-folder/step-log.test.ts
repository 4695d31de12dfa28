import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLastLines, readStepLog, requireWholeLog, StepLog } from '../../../runtime/run-folder/step-log.ts';

const path = join(mkdtempSync(join(tmpdir(), 'smol-log-')), 'metrics.jsonl');
const lines = (...steps: number[]) => steps.map((step) => `{"step":${step},"loss":0.1}\n`).join('');

test('opening at a step cuts what comes after it and a torn line, and goes on from there', () => {
  for (const [content, kept] of [
    ['', ''],
    [lines(1, 2, 3), lines(1, 2)],
    [`${lines(1, 2)}{"step":3,"lo`, lines(1, 2)],
    [lines(1), lines(1)],
    [`${lines(1)}not json\n${lines(2)}`, lines(1)],
  ] as const) {
    writeFileSync(path, content);
    const log = new StepLog<{ step: number; loss: number }>(path, ({ step }) => step <= 2);
    expect(readFileSync(path, 'utf8')).toBe(kept);
    log.append({ step: 3, loss: 0.1 });
    log.sync();
    log.close();
    expect(readFileSync(path, 'utf8')).toBe(kept + lines(3));
  }
});

test('a log of more than a block is cut at the right line', () => {
  const steps = Array.from({ length: 60_000 }, (_, index) => index + 1);
  writeFileSync(path, lines(...steps));
  const log = new StepLog(path, ({ step }) => step <= 55_555);
  log.close();
  expect(log.linesKept).toBe(55_555);
  expect(readFileSync(path, 'utf8')).toBe(lines(...steps.slice(0, 55_555)));
});

test('reading leaves a torn last line out', () => {
  writeFileSync(path, `${lines(1, 2)}{"step":3`);
  expect(readStepLog(path).map(({ step }) => step)).toEqual([1, 2]);
  expect(readStepLog(`${path}.none`)).toEqual([]);
});

test('what a kill leaves is no damage; anything else is named by its line', () => {
  for (const torn of ['', '{', '{"st', '{"step":', '{"step":3,"lo', '\0\0', '{"step":3\0\0']) {
    writeFileSync(path, lines(1, 2) + torn);
    expect(() => requireWholeLog(path), torn).not.toThrow();
    expect(readStepLog(path), torn).toHaveLength(2);
  }
  for (const [content, line] of [
    ['{"a":', 1],
    ['[]', 1],
    [`${lines(1, 2)}[]`, 3],
    [`${lines(1, 2)}{"step":3,"lo\n`, 3],
    [`${lines(1)}\n${lines(2)}`, 2],
    [`${lines(1)}not json\n${lines(2)}`, 2],
    [`${lines(1)}{"loss":1}\n`, 2],
    [`${lines(...Array.from({ length: 60_000 }, (_, index) => index + 1))}null\n`, 60_001],
  ] as const) {
    writeFileSync(path, content);
    const message = `line ${line} of \`metrics.jsonl\` is no line of a run's log`;
    expect(() => requireWholeLog(path)).toThrow(message);
    expect(() => readStepLog(path)).toThrow(message);
  }
  expect(() => requireWholeLog(`${path}.none`)).not.toThrow();
});

test('the last lines are those of the whole log, though it has more than a block, and without the torn one', () => {
  const steps = Array.from({ length: 60_000 }, (_, index) => index + 1);
  writeFileSync(path, `${lines(...steps)}{"step":60001`);
  for (const count of [0, 1, 7, 50_000, 60_000, 70_000]) {
    expect(
      readLastLines(path, count).map(({ step }) => step),
      `${count} lines`,
    ).toEqual(steps.slice(Math.max(0, steps.length - count)));
  }
});

test('a log that is open can be cut, and goes on from there', () => {
  writeFileSync(path, lines(1, 2, 3, 4));
  const log = new StepLog<{ step: number; loss: number }>(path, () => true);
  expect(log.cut(({ step }) => step <= 2)).toBe(2);
  log.append({ step: 3, loss: 0.1 });
  log.close();
  expect(readFileSync(path, 'utf8')).toBe(lines(1, 2, 3));
});
