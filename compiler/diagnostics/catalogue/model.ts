import { formatCount } from '../../report/format-number.ts';
import { defineRow } from '../catalogue-row.ts';
import { sampleModel, samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** The shape of the model, and sequences against it (SM4xxx). */

const halves = ['50% web', '50% code'];
const withModel = (changes: Readonly<Record<string, string>>) =>
  sampleRecipe(samplePretrain(halves), sampleModel(changes));
const extended = (theta: string) =>
  sampleRecipe(
    samplePretrain(['stage short ..900k { 100% web }', `stage long ..1M { sequence = 8192${theta}, 100% web }`], {
      sequence: '2048',
      batch: '16_384 tokens',
    }),
    sampleModel({ context: '8192' }),
  );

export const headsDivideHidden = defineRow<{ hidden: number; heads: number }>({
  code: 'SM4001',
  severity: 'error',
  message: ({ hidden, heads }) => `\`hidden\` (${hidden}) is no multiple of \`heads\` (${heads})`,
  help: ({ hidden, heads }) =>
    `each head needs a whole, even number of channels: for example \`hidden = ${Math.max(1, Math.round(hidden / (2 * heads))) * 2 * heads}\``,
  explain: {
    title: 'heads that do not divide the hidden size',
    why: 'Every head works on its own part of the hidden state, so the parts must be whole and equal.',
    wrong: withModel({ heads: '3' }),
    right: withModel({ heads: '4' }),
  },
});

export const kvHeadsDivideHeads = defineRow<{ heads: number; kvHeads: number }>({
  code: 'SM4002',
  severity: 'error',
  message: ({ heads, kvHeads }) => `\`heads\` (${heads}) is no multiple of \`kv_heads\` (${kvHeads})`,
  help: ({ heads }) => `use a divisor of ${heads} for \`kv_heads\``,
  explain: {
    title: 'key heads that do not divide the query heads',
    why: 'In grouped-query attention each key and value head serves an equal group of query heads.',
    wrong: withModel({ heads: '4', kv_heads: '3' }),
    right: withModel({ heads: '4', kv_heads: '2' }),
  },
});

export const oddHeadSize = defineRow<{ hidden: number; heads: number; size: number }>({
  code: 'SM4003',
  severity: 'error',
  message: ({ hidden, heads, size }) => `a head has ${size} channels (${hidden} / ${heads}), an odd number`,
  help: () => 'change `hidden` or `heads`: rotary positions turn channels in pairs',
  explain: {
    title: 'heads with an odd number of channels',
    why: 'RoPE rotates pairs of channels. With an odd number, one channel would be left over.',
    wrong: withModel({ hidden: '60', heads: '4' }),
    right: withModel({ hidden: '64', heads: '4' }),
  },
});

export const sequenceBeyondContext = defineRow<{ where: string; sequence: number; context: number }>({
  code: 'SM4004',
  severity: 'error',
  message: ({ where, sequence, context }) =>
    `the sequence of ${where} (${formatCount(sequence)}) is longer than the model's context (${formatCount(context)})`,
  help: ({ sequence }) => `shorten the sequence, or set \`context = ${sequence}\` in the model`,
  explain: {
    title: 'a sequence beyond the context',
    why: "The context is the longest sequence that the model is made for, and it is written into the exported model's configuration.",
    wrong: withModel({ context: '64' }),
    right: withModel({ context: '128' }),
  },
});

export const extensionWithoutRope = defineRow<{ stage: string; from: number; to: number; theta: number }>({
  code: 'SM4005',
  severity: 'warning',
  message: ({ stage, from, to, theta }) =>
    `stage \`${stage}\` extends the sequence from ${formatCount(from)} to ${formatCount(to)} and leaves \`rope_theta\` at ${formatBase(theta)}`,
  help: () => 'raise `rope_theta` in the stage, or allow this with a reason',
  explain: {
    title: 'a longer context with the same rotary base',
    why: 'At positions that the model has never seen, its rotary angles are new to it. A base of 10,000 serves 4,096 positions; beyond, published extensions raise the base together with the length: SmolLM2 from 10,000 to 130,000 for 8,192 tokens.',
    wrong: extended(''),
    right: extended(', rope_theta = 20_000'),
  },
});

export const thetaLowered = defineRow<{ stage: string; from: number; to: number; earlier: string }>({
  code: 'SM4006',
  severity: 'warning',
  message: ({ stage, from, to, earlier }) =>
    `stage \`${stage}\` lowers \`rope_theta\` from ${formatBase(from)} (stage \`${earlier}\`) to ${formatBase(to)}`,
  help: ({ from }) => `write \`rope_theta = ${from}\` or more, or allow this with a reason`,
  explain: {
    title: 'a rotary base that is lowered',
    why: 'A lower base turns the angles faster, so positions that the model knows look new to it. In later stages the base is raised or kept; a lower one is most often a missing zero.',
    wrong: extended(', rope_theta = 1000'),
    right: extended(', rope_theta = 100_000'),
  },
});

export const vocabularyTooSmall = defineRow<{ vocab: number; tokenizer: string; size: number }>({
  code: 'SM4007',
  severity: 'error',
  message: ({ vocab, tokenizer, size }) =>
    `\`vocab\` (${formatCount(vocab)}) is smaller than the vocabulary of \`${tokenizer}\` (${formatCount(size)})`,
  help: ({ size }) => `write \`vocab = ${size}\` or more, or use a smaller tokenizer`,
  explain: {
    title: "a vocabulary smaller than the tokenizer's",
    why: 'Each token has a row in the embedding. A token beyond the last row has none: some engines stop there, others silently take another row or zeros. A local tokenizer is looked at while checking; one of the hub when the data is prepared.',
    wrong: withModel({ vocab: '4096' }),
    right: withModel({ vocab: '5000' }),
    files: { 'tokenizer.json': JSON.stringify({ added_tokens: [], model: { vocab: { the: 0, end: 4999 } } }) },
  },
});

/** A rotary base is nearly always a whole number; one that is not is shown as it is. */
function formatBase(theta: number): string {
  return Number.isInteger(theta) ? formatCount(theta) : String(theta);
}
