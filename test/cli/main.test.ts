import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('a reader of stderr that goes away ends no command', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'no-such-command'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Closed long before the program has loaded and writes its first line there.
  child.stderr.destroy();
  // 2 is wrong usage; an error event of the stream that nobody listens to would make it 1.
  expect(await once(child, 'close')).toEqual([2, null]);
});
