// Generation speed beside transformers' `generate`, on one machine, with weights of equal shape:
//   node bench/generate/side-by-side.mjs [--rounds N] [--prompt TOKENS] [--tokens N] [--python PYTHON]
// Processes take turns, one text each, so that a change of the machine's load meets all of them. Ratios are medians over
// medians. PYTHON needs PyPI torch and transformers; without them smol is measured alone, and the table says so. Weights are
// random: they decide which tokens come, and not how long one takes.
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, startPeer, takeTurns } from '../peer.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    prompt: { type: 'string', default: '128' },
    tokens: { type: 'string', default: '64' },
    python: { type: 'string', default: 'python3' },
  },
});
const config = {
  layers: 30,
  hidden: 576,
  ffn: 1536,
  heads: 9,
  kv_heads: 3,
  vocab: 49152,
  context: 2048,
  prompt: Number(values.prompt),
  tokens: Number(values.tokens),
  threads: availableParallelism(),
};
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const versions = spawnSync(
  values.python,
  ['-c', 'import torch, transformers; print(f"PyTorch {torch.__version__}, transformers {transformers.__version__}")'],
  { encoding: 'utf8' },
);
console.log(`${cpus()[0].model.trim()}, ${config.threads} threads, Node.js ${process.versions.node}, float32`);
console.log(versions.status === 0 ? versions.stdout.trim() : `no transformers in ${values.python}: smol alone`);
console.log(`135M, a prompt of ${config.prompt} tokens, ${config.tokens} written, ${values.rounds} rounds`);

const text = JSON.stringify(config);
const smol = (name, sampling) =>
  startPeer(name, process.execPath, ['--import', 'tsx', here('smol-peer.ts'), text, sampling]);
const peers = [smol('smol greedy', 'greedy'), smol('smol top-p 0.95', 'sampled')];
if (versions.status === 0) {
  const peer = (name, sampling) => startPeer(name, values.python, [here('transformers_peer.py'), text, sampling]);
  peers.push(peer('transformers greedy', 'greedy'), peer('transformers top-p 0.95', 'sampled'));
}
await takeTurns(peers, Number(values.rounds));
for (const peer of peers) peer.end();
const speedOf = ({ steps }) => median(steps.map((step) => step.tokens_per_second));
for (const peer of peers) {
  const prompt = Math.round(median(peer.steps.map((step) => step.prompt_ms)));
  const speed = speedOf(peer);
  console.log(
    `  ${peer.name.padEnd(24)} ${speed.toFixed(1).padStart(6)} tokens/s  x${(speed / speedOf(peers[0])).toFixed(2)}  ` +
      `prompt ${String(prompt).padStart(5)} ms  ${peer.steps.at(-1).rss_mb} MB`,
  );
}
