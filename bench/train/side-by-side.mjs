// Training speed and memory beside PyTorch, in one run on one machine:
//   node bench/train/side-by-side.mjs [CONFIG …] [--rounds N] [--python PYTHON] [--apart] [--precision bf16] [--device gpu]
// Processes take turns, one step each, so that a change of the machine's load meets all of them. Ratios are medians over
// medians. PYTHON needs PyPI torch; without it smol is measured alone, and the table says so.
// `--apart` runs one process after the other, where all would not fit in memory together.
// On an NVIDIA GPU (`npx smol engine install --gpu`; PYTHON with a CUDA build of torch), 135M and 1.7B in bf16:
//   node bench/train/side-by-side.mjs --device gpu --precision bf16 --apart --python PYTHON
// Memory is then that of the GPU, as nvidia-smi counts it by process.
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, startPeer, takeTurns } from '../peer.mjs';
import { quickstart, size135, size360, size1700 } from './model-sizes.mjs';

/** What is measured unless named: sizes for processors, and for one large GPU. */
const usual = {
  cpu: ['quickstart B8 T256', 'quickstart B4 T512', '135M B1 T256', '135M B1 T1024', '135M B1 T2048', '360M B1 T256'],
  gpu: ['135M B8 T2048', '1.7B B4 T2048'],
};
const configs = {
  'quickstart B8 T256': { ...quickstart, sequences: 8, sequence: 256 },
  'quickstart B4 T512': { ...quickstart, sequences: 4, sequence: 512 },
  '135M B1 T256': { ...size135, sequences: 1, sequence: 256 },
  '135M B1 T1024': { ...size135, sequences: 1, sequence: 1024 },
  '135M B1 T2048': { ...size135, sequences: 1, sequence: 2048 },
  '360M B1 T256': { ...size360, sequences: 1, sequence: 256 },
  '135M B8 T2048': { ...size135, sequences: 8, sequence: 2048 },
  '1.7B B4 T2048': { ...size1700, sequences: 4, sequence: 2048 },
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '20' },
    python: { type: 'string', default: 'python3' },
    apart: { type: 'boolean', default: false },
    precision: { type: 'string', default: 'float32' },
    device: { type: 'string', default: 'cpu' },
  },
});
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const rounds = Number(values.rounds);
const threads = availableParallelism();
const { precision, device } = values;
if (!usual[device]) throw new Error(`--device is ${Object.keys(usual).join(' or ')}`);
const torch = spawnSync(values.python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });

console.log(
  `${cpus()[0].model.trim()}, ${threads} threads, Node.js ${process.versions.node}, ${rounds} rounds, ${precision}, ${device === 'gpu' ? gpuName() : 'on the processor'}`,
);
console.log(torch.status === 0 ? `PyTorch ${torch.stdout.trim()}` : `no PyTorch in ${values.python}: smol alone`);
for (const name of positionals.length > 0 ? positionals : usual[device]) await measure(name, configs[name]);

/** All peers live at once and take turns. */
async function inTurns(starts) {
  const peers = starts.map((start) => start());
  await takeTurns(peers, rounds);
  for (const peer of peers) noteGpuMemory(peer);
  for (const peer of peers) peer.end();
  return peers;
}

/** One peer lives at a time, where all together would not fit in memory; the machine must be quiet. */
async function oneAfterTheOther(starts) {
  const peers = [];
  for (const start of starts) {
    const peer = start();
    await takeTurns([peer], rounds);
    noteGpuMemory(peer);
    peer.end();
    peers.push(peer);
  }
  return peers;
}

async function measure(name, config) {
  if (!config) throw new Error(`no configuration named ${name}; there are: ${Object.keys(configs).join(', ')}`);
  const text = JSON.stringify({ ...config, threads, precision, device });
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
    const memory = device === 'gpu' ? peer.gpuMegabytes : peer.steps.at(-1).rss_mb;
    console.log(
      `  ${peer.name.padEnd(14)} ${ms.toFixed(1).padStart(8)} ms  ${String(perSecond).padStart(6)} tokens/s  x${ratio}  ${memory} MB`,
    );
  }
}

function gpuName() {
  const found = spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim().split('\n')[0] : 'no NVIDIA GPU found';
}

/** What the process holds of the GPU's memory, in MB, while it lives. */
function noteGpuMemory(peer) {
  if (device !== 'gpu') return;
  const query = ['--query-compute-apps=pid,used_gpu_memory', '--format=csv,noheader,nounits'];
  const { stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  const row = (stdout ?? '').split('\n').find((line) => Number(line.split(',')[0]) === peer.pid);
  peer.gpuMegabytes = row ? Number(row.split(',')[1]) : 'unknown';
}
