// How long the command line takes, cold, as a person waits for it: node bench/start-up.mjs [ROUNDS]
// The built program is measured (npm run build), beside `node -e ""` alone, in whole processes, interleaved. Processor time
// (user and system, all threads) is what to compare on a machine that does other work too; wall time is what a person waits.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = Number(process.argv[2] ?? 15);
const folder = mkdtempSync(join(tmpdir(), 'smol-start-up-'));
const published = 'examples/smollm2-1.7b.smol';
// An edit of the seed leaves no dataset, stage or step alone.
const edited = join(folder, 'edited.smol');
writeFileSync(edited, readFileSync(join(root, published), 'utf8').replace(/^seed = .*$/m, 'seed = 4711'));
const commands = {
  'node alone': ['-e', ''],
  '--help': ['bin/smol.js', '--help'],
  'check quickstart': ['bin/smol.js', 'check', 'examples/quickstart.smol'],
  'check 11T recipe': ['bin/smol.js', 'check', 'examples/smollm2-1.7b.smol'],
  'plan 11T recipe': ['bin/smol.js', 'plan', 'examples/smollm2-1.7b.smol'],
  'diff 11T edited': ['bin/smol.js', 'diff', published, edited],
  'inspect 11T': ['bin/smol.js', 'inspect', published, '--step', '5000000'],
  'plan 11T as JSON': ['bin/smol.js', 'plan', 'examples/smollm2-1.7b.smol', '--format', 'json'],
};

// Node.js tells a parent nothing about its children's time, so each writes its own to descriptor 3 when it ends.
const probe = join(folder, 'probe.cjs');
writeFileSync(
  probe,
  `process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    require('fs').writeSync(3, String((user + system) / 1000));
  });`,
);

/** Milliseconds of processor and of wall time that a process takes. */
function measure(words) {
  const start = performance.now();
  const { status, output } = spawnSync(process.execPath, ['--require', probe, ...words], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const wall = performance.now() - start;
  if (status !== 0) throw new Error(`smol ${words.slice(1).join(' ')} ended with code ${status}`);
  return { cpu: Number(output[3]), wall };
}

const times = new Map(Object.keys(commands).map((name) => [name, []]));
try {
  // The first round fills the cache of compiled code and counts for nothing.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, words] of Object.entries(commands)) {
      const time = measure(words);
      if (round > 0) times.get(name).push(time);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}

console.log(
  `${cpus()[0].model.trim()}, ${cpus().length} cores, Node.js ${process.versions.node}, ${rounds} rounds, ms`,
);
for (const [name, all] of times) {
  const shown = ['cpu', 'wall'].map((kind) => {
    const sorted = all.map((time) => time[kind]).sort((a, b) => a - b);
    const [median, least] = [sorted[rounds >> 1], sorted[0]].map((time) => time.toFixed(0).padStart(5));
    return `${kind} median ${median} least ${least}`;
  });
  console.log(`${name.padEnd(18)} ${shown.join('   ')}`);
}
