// How long the command line takes, cold, as a person waits for it: node bench/start-up.mjs [ROUNDS]
// The built program is measured (npm run build). Wall time of whole processes, interleaved, beside `node -e ""` alone.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = Number(process.argv[2] ?? 15);
const commands = {
  'node alone': ['-e', ''],
  '--help': ['bin/smol.js', '--help'],
  'check quickstart': ['bin/smol.js', 'check', 'examples/quickstart.smol'],
  'check 11T recipe': ['bin/smol.js', 'check', 'examples/smollm2-1.7b.smol'],
  'plan 11T recipe': ['bin/smol.js', 'plan', 'examples/smollm2-1.7b.smol'],
  'plan 11T as JSON': ['bin/smol.js', 'plan', 'examples/smollm2-1.7b.smol', '--format', 'json'],
};

const times = new Map(Object.keys(commands).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, words] of Object.entries(commands)) {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'ignore' });
    if (status !== 0) throw new Error(`smol ${words.slice(1).join(' ')} ended with code ${status}`);
    times.get(name).push(performance.now() - start);
  }
}

console.log(
  `${cpus()[0].model.trim()}, ${cpus().length} cores, Node.js ${process.versions.node}, ${rounds} rounds, ms`,
);
for (const [name, all] of times) {
  const sorted = all.sort((a, b) => a - b);
  console.log(
    `${name.padEnd(18)} median ${sorted[rounds >> 1].toFixed(0).padStart(5)}   least ${sorted[0].toFixed(0).padStart(5)}`,
  );
}
