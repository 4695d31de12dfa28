import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadTask } from '../../runtime/evaluate/task/load-task.ts';

const repository = join(import.meta.dirname, '../..');
const tasks = join(repository, 'examples/data/tasks');

test('the rows of the example tasks are what their script makes, and the tasks read them', async () => {
  const out = mkdtempSync(join(tmpdir(), 'smol-task-data-'));
  execFileSync(process.execPath, [join(repository, 'scripts/data/make-task-data.mjs'), '--out', out]);
  expect(readdirSync(out).length).toBe(5);
  for (const name of readdirSync(out)) {
    expect(readFileSync(join(out, name), 'utf8')).toBe(readFileSync(join(tasks, name), 'utf8'));
  }
  const files = readdirSync(tasks).filter((name) => /\.(json|yaml)$/.test(name));
  expect(files.length).toBe(8);
  for (const file of files) {
    const { rows, definition } = await loadTask(file, tasks);
    expect(rows.length > 0 || definition.kind === 'needle').toBe(true);
  }
});
