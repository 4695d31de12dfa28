// What the rule of runtime/train/choose-memory-policy.ts chooses between, measured on both sides of each of its thresholds:
//   node bench/train/memory-policy.mjs [blocks|loss|groups|loop …] [--rounds N]
// The alternatives of a case live at once and take turns, one step each, so that a change of the machine's load meets all of
// them. Times are medians; memory is the peak of each process, its compilation included.
import { availableParallelism, cpus } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, startPeer, takeTurns } from '../peer.mjs';
import { quickstart, size135 } from './model-sizes.mjs';

/** 135M's layer and vocabulary, with few layers, so that all alternatives fit in memory together. */
const wide = { ...size135, layers: 4, sequences: 1 };
const plain = { layers: 'unrolled', optimizer: 'by group', queries: null, lossRows: null };
const sized = (hidden, layers) => ({
  layers,
  hidden,
  ffn: 3 * hidden,
  heads: hidden / 64,
  kv_heads: hidden / 64,
  vocab: 8192,
  sequences: 4,
  sequence: 256,
});
const blocksOf = (sequence) => ({
  name: `4 layers of 135M, ${sequence} tokens`,
  config: { ...wide, sequence },
  choices: blockSizes(sequence),
});
const narrowBlocksOf = (sequences, sequence) => ({
  name: `the quickstart's shape, ${sequences} x ${sequence} tokens`,
  config: { ...quickstart, sequences, sequence },
  choices: blockSizes(sequence),
});
const blockSizes = (sequence) =>
  [null, 64, 128, 256].filter((queries) => queries < sequence).map((queries) => ({ ...plain, queries }));
const lossOf = (sequence) => ({
  name: `4 layers of 135M, ${sequence} tokens`,
  config: { ...wide, sequence },
  choices: [null, 256, 512]
    .filter((lossRows) => lossRows < sequence)
    .map((lossRows) => ({ ...plain, queries: 256, lossRows })),
});
const groupsOf = (hidden, layers, size) => ({
  name: `${size} parameters, 4 x 256 tokens`,
  config: sized(hidden, layers),
  choices: ['with gradients', 'by group'].map((optimizer) => ({ ...plain, optimizer })),
});
const loopOf = (sequence) => ({
  name: `8 layers of 135M, ${sequence} tokens`,
  config: { ...wide, layers: 8, sequence },
  choices: ['unrolled', 'loop'].map((layers) => ({ ...plain, layers, queries: 256, lossRows: 256 })),
});
const cases = {
  blocks: [
    narrowBlocksOf(16, 128),
    narrowBlocksOf(8, 256),
    narrowBlocksOf(4, 512),
    ...[256, 512, 1024, 2048].map(blocksOf),
  ],
  loss: [512, 1024].map(lossOf),
  groups: [groupsOf(256, 4, '5M'), groupsOf(512, 6, '23M'), groupsOf(640, 8, '57M')],
  loop: [1024, 2048].map(loopOf),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '7' } },
});
const rounds = Number(values.rounds);
const peer = fileURLToPath(new URL('smol-peer.ts', import.meta.url));
const threads = availableParallelism();
console.log(
  `${cpus()[0].model.trim()}, ${threads} threads, Node.js ${process.versions.node}, ${rounds} rounds, float32`,
);
for (const name of positionals.length > 0 ? positionals : Object.keys(cases)) {
  if (!cases[name]) throw new Error(`no threshold named ${name}; there are: ${Object.keys(cases).join(', ')}`);
  for (const it of cases[name]) await measure(it);
}

async function measure({ name, config, choices }) {
  const peers = choices.map((memory) => {
    const text = JSON.stringify({ ...config, threads, precision: 'float32', device: 'cpu', memory });
    return startPeer(describe(memory), process.execPath, ['--import', 'tsx', peer, text]);
  });
  await takeTurns(peers, rounds);
  for (const it of peers) it.end();
  console.log(`\n${name}`);
  const reference = median(peers[0].steps.map((step) => step.ms));
  for (const it of peers) {
    const ms = median(it.steps.map((step) => step.ms));
    const memory = it.steps.at(-1).rss_mb;
    console.log(
      `  ${it.name.padEnd(64)} ${ms.toFixed(0).padStart(6)} ms  x${(ms / reference).toFixed(2)}  ${memory} MB`,
    );
  }
}

function describe({ layers, optimizer, queries, lossRows }) {
  const attention = queries === null ? 'attention whole' : `attention in ${queries}`;
  const loss = lossRows === null ? 'loss whole' : `loss in ${lossRows}`;
  return `${layers}, optimizer ${optimizer}, ${attention}, ${loss}`;
}
