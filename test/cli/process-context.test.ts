import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';

/** Runs the process context's signals with what happens at the first, and gives the process and its lines. */
function listening(afterFirst: string) {
  const source = `
    const { processContext } = await import('./cli/process-context.ts');
    setInterval(() => {}, 1000);
    processContext().interrupted.addEventListener('abort', () => { console.log('first'); ${afterFirst} });
    console.log('ready');`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  let text = '';
  const waiting = new Map<string, () => void>();
  child.stdout.on('data', (part) => {
    text += String(part);
    for (const [word, go] of waiting) if (text.includes(word)) go();
  });
  const said = (word: string) => new Promise<void>((go) => (text.includes(word) ? go() : waiting.set(word, go)));
  return { child, ended, said };
}

describe('Ctrl-C', () => {
  test('a second time ends a process that computes without a break', async () => {
    const { child, ended, said } = listening("setTimeout(() => { console.log('busy'); while (true); }, 50);");
    await said('ready');
    child.kill('SIGINT');
    await said('busy');
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: null, signal: 'SIGINT' });
  }, 30_000);

  test('twice while it computes ends it when that is over', async () => {
    const { child, ended, said } = listening('');
    await said('ready');
    // Both wait until the process goes on.
    child.kill('SIGSTOP');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    child.kill('SIGCONT');
    const { code, signal } = await ended;
    expect(code ?? signal).toSatisfy((how: number | string) => [130, 'SIGINT', 'SIGTERM'].includes(how));
  }, 30_000);
});
