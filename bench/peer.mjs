// The processes of a benchmark that take turns: one does its work while the others wait.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts a peer, which prints READY when warm; every `step()` lets it do its work once, and keeps what it prints of that. */
export function startPeer(name, program, words) {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended early`);
    return value;
  };
  const ready = (async () => {
    while ((await next()) !== 'READY');
  })();
  const steps = [];
  const step = async () => {
    child.stdin.write('\n');
    steps.push(JSON.parse(await next()));
  };
  return { name, pid: child.pid, ready, steps, step, end: () => child.stdin.end() };
}

/** Waits until all peers are warm; then they take turns, one step each, so that a change of the machine's load meets all of them. */
export async function takeTurns(peers, rounds) {
  for (const peer of peers) await peer.ready;
  for (let round = 0; round < rounds; round++) for (const peer of peers) await peer.step();
}

export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}
