// Training speed and memory beside PyTorch, in one run on one machine:
//   node bench/train/side-by-side.mjs [CONFIG …] [--rounds N] [--python PYTHON] [--apart]
// Processes take turns, one step each, so that a change of the machine's load meets all of them. Ratios are medians over
// medians. PYTHON needs PyPI torch; without it smol is measured alone, and the table says so.
// `--apart` runs one process after the other, where all would not fit in memory together.
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, startPeer } from '../peer.mjs';

const size135 = { layers: 30, hidden: 576, ffn: 1536, heads: 9, kv_heads: 3, vocab: 49152 };
const size360 = { layers: 32, hidden: 960, ffn: 2560, heads: 15, kv_heads: 5, vocab: 49152 };
const configs = {
  'quickstart B8 T256': {
    layers: 4,
    hidden: 128,
    ffn: 384,
    heads: 4,
    kv_heads: 2,
    vocab: 4096,
    sequences: 8,
    sequence: 256,
  },
  'quickstart B4 T512': {
    layers: 4,
    hidden: 128,
    ffn: 384,
    heads: 4,
    kv_heads: 2,
    vocab: 4096,
    sequences: 4,
    sequence: 512,
  },
  '135M B1 T256': { ...size135, sequences: 1, sequence: 256 },
  '135M B1 T1024': { ...size135, sequences: 1, sequence: 1024 },
  '135M B1 T2048': { ...size135, sequences: 1, sequence: 2048 },
  '360M B1 T256': { ...size360, sequences: 1, sequence: 256 },
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '20' },
    python: { type: 'string', default: 'python3' },
    apart: { type: 'boolean', default: false },
  },
});
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const rounds = Number(values.rounds);
const threads = availableParallelism();
const torch = spawnSync(values.python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });

console.log(
  `${cpus()[0].model.trim()}, ${threads} threads, Node.js ${process.versions.node}, ${rounds} rounds, float32`,
);
console.log(torch.status === 0 ? `PyTorch ${torch.stdout.trim()}` : `no PyTorch in ${values.python}: smol alone`);
for (const name of positionals.length > 0 ? positionals : Object.keys(configs)) await measure(name, configs[name]);

/** All peers live at once and take turns. */
async function inTurns(starts) {
  const peers = starts.map((start) => start());
  for (const peer of peers) await peer.ready;
  for (let round = 0; round < rounds; round++) for (const peer of peers) await peer.step();
  for (const peer of peers) peer.end();
  return peers;
}

/** One peer lives at a time, where all together would not fit in memory; the machine must be quiet. */
async function oneAfterTheOther(starts) {
  const peers = [];
  for (const start of starts) {
    const peer = start();
    await peer.ready;
    for (let round = 0; round < rounds; round++) await peer.step();
    peer.end();
    peers.push(peer);
  }
  return peers;
}

async function measure(name, config) {
  if (!config) throw new Error(`no configuration named ${name}; there are: ${Object.keys(configs).join(', ')}`);
  const text = JSON.stringify({ ...config, threads });
  const starts = [() => startPeer('smol', process.execPath, ['--import', 'tsx', here('smol-peer.ts'), text])];
  if (torch.status === 0) {
    for (const mode of ['eager', 'compile'])
      starts.push(() => startPeer(`torch ${mode}`, values.python, [here('torch_peer.py'), text, mode]));
  }
  const peers = values.apart ? await oneAfterTheOther(starts) : await inTurns(starts);
  const reference = peers[0];
  console.log(`\n${name}`);
  for (const peer of peers) {
    const ms = median(peer.steps.map((step) => step.ms));
    const ratio = (ms / median(reference.steps.map((step) => step.ms))).toFixed(2);
    const perSecond = Math.round((config.sequences * config.sequence * 1000) / ms);
    const memory = peer.steps.at(-1).rss_mb;
    console.log(
      `  ${peer.name.padEnd(14)} ${ms.toFixed(1).padStart(8)} ms  ${String(perSecond).padStart(6)} tokens/s  x${ratio}  ${memory} MB`,
    );
  }
}
