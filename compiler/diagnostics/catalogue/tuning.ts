import { defineRow } from '../catalogue-row.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Post-training, and where phases start (SM5201 to SM5219). */

const halves = ['50% web', '50% code'];
const chats = 'dataset chats { source = local("chats/*.jsonl"), size = 1000 rows }';
const schedule = 'schedule = cosine(peak = 1e-4, warmup = 10%)';
const withBlocks = (...blocks: readonly string[]) =>
  `${[sampleRecipe(samplePretrain(halves)), ...blocks].join('\n')}\n`;
const withSft = (attributes: string) => withBlocks(chats, `sft { ${attributes} }`);

export const lengthMissing = defineRow<{ block: string }>({
  code: 'SM5201',
  severity: 'error',
  message: ({ block }) => `${block} says neither \`epochs\` nor \`steps\``,
  help: () => 'add `epochs = 2`, or `steps = 1000`',
  explain: {
    title: 'post-training without a length',
    why: 'How often the rows are read decides what the phase yields. smol has no default for it, because any would be wrong for most runs.',
    wrong: withSft(`data = chats, ${schedule}`),
    right: withSft(`data = chats, epochs = 2, ${schedule}`),
  },
});

export const lengthTwice = defineRow<{ block: string }>({
  code: 'SM5202',
  severity: 'error',
  message: ({ block }) => `${block} says \`epochs\` and \`steps\``,
  help: () => 'keep one of the two: steps follow from epochs and the number of rows',
  explain: {
    title: 'post-training with two lengths',
    why: 'Steps are rows times epochs over the batch. With both given, only one of them could hold.',
    wrong: withSft(`data = chats, epochs = 2, steps = 100, ${schedule}`),
    right: withSft(`data = chats, epochs = 2, ${schedule}`),
  },
});

export const mixtureWithEpochs = defineRow<{ mixture: string }>({
  code: 'SM5203',
  severity: 'error',
  message: ({ mixture }) => `the mixture \`${mixture}\` has no epochs`,
  help: () => 'write `steps = …`, or use a dataset made with `take`',
  explain: {
    title: 'epochs over a mixture by shares',
    why: 'A mixture draws from its datasets in proportions, without an end. Only a finite set of rows can be read a number of times.',
    wrong: withBlocks(chats, 'mixture m { 100% chats }', `sft { data = m, epochs = 2, ${schedule} }`),
    right: withBlocks(chats, 'mixture m { 100% chats }', `sft { data = m, steps = 100, ${schedule} }`),
  },
});

export const lengthInTokens = defineRow<{ block: string }>({
  code: 'SM5204',
  severity: 'error',
  message: ({ block }) => `${block} counts in steps: rows have no fixed number of tokens`,
  help: () => 'write steps, or a part of them such as `10%`',
  explain: {
    title: 'a position in tokens in post-training',
    why: 'Rows differ in length, so that a step of post-training has no fixed number of tokens, and a position in tokens would be known only after the run.',
    wrong: withSft('data = chats, epochs = 2, schedule = cosine(peak = 1e-4, warmup = 1M tokens)'),
    right: withSft('data = chats, epochs = 2, schedule = cosine(peak = 1e-4, warmup = 10 steps)'),
  },
});

export const promptFillsSequence = defineRow<{ maxPrompt: string; sequence: string }>({
  code: 'SM5205',
  severity: 'error',
  message: ({ maxPrompt, sequence }) =>
    `\`max_prompt\` (${maxPrompt}) leaves nothing of the sequence (${sequence}) for the answers`,
  help: () => 'lower `max_prompt`, or raise `sequence`',
  explain: {
    title: 'a prompt as long as the sequence',
    why: 'A pair is a prompt with its answers, in one sequence. Where the prompt may fill it, the answers are cut away and there is nothing to prefer.',
    wrong: withBlocks(chats, `dpo { data = chats, epochs = 1, sequence = 256, max_prompt = 256, ${schedule} }`),
    right: withBlocks(chats, `dpo { data = chats, epochs = 1, sequence = 256, max_prompt = 128, ${schedule} }`),
  },
});

export const phaseOrder = defineRow<{ phase: string; earlier: string }>({
  code: 'SM5206',
  severity: 'error',
  message: ({ phase, earlier }) => `${phase} is written after ${earlier}, and phases run in the order written`,
  help: ({ earlier }) => `move it above ${earlier}`,
  explain: {
    title: 'pretraining after post-training',
    why: 'Phases run in the order of the file. Pretraining on plain text after a model has learned to answer would undo that.',
    wrong: `${sampleRecipe('')}\n${chats}\nsft { data = chats, epochs = 2, ${schedule} }\n${samplePretrain(halves)}`,
    right: `${sampleRecipe('')}\n${chats}\n${samplePretrain(halves)}sft { data = chats, epochs = 2, ${schedule} }\n`,
  },
});

export const phaseName = defineRow<{ name: string; earlier: string }>({
  code: 'SM5207',
  severity: 'error',
  message: ({ name, earlier }) => `the phase \`${name}\` has the name of ${earlier}`,
  help: ({ name }) => `choose another name: \`${name}.end\` must say one position`,
  explain: {
    title: 'two phases, or a phase and a stage, of one name',
    why: 'Evaluations and `from` name phases and stages alike. With one name for two, a position such as `mid.end` could be either.',
    wrong: withBlocks(
      chats,
      `sft mid { data = chats, epochs = 2, ${schedule} }`,
      `dpo mid { data = pairs, epochs = 2, ${schedule} }`,
      'dataset pairs { source = local("pairs/*.jsonl"), size = 100 rows }',
    ),
    right: withBlocks(
      chats,
      `sft mid { data = chats, epochs = 2, ${schedule} }`,
      `dpo late { data = pairs, epochs = 2, ${schedule} }`,
      'dataset pairs { source = local("pairs/*.jsonl"), size = 100 rows }',
    ),
  },
});

const annealed = (checkpoint: string) =>
  `${sampleRecipe(samplePretrain([checkpoint, ...halves]))}\npretrain anneal { from = pretrain at 500k, tokens = 200k, sequence = 128, batch = 1024 tokens, schedule = linear(peak = 1e-3, warmup = 0 steps), 100% code }\n`;

export const startMoved = defineRow<{ phase: string; from: string; asked: number; actual: number }>({
  code: 'SM5208',
  severity: 'note',
  message: ({ phase, from, asked, actual }) =>
    `\`${phase}\` starts from step ${actual} of \`${from}\`, its checkpoint nearest to step ${asked}`,
  help: ({ from }) => `to start nearer, give \`${from}\` a \`checkpoint = every(…)\` that meets the position`,
  explain: {
    title: 'a start that is moved to a checkpoint',
    why: 'Weights exist where a checkpoint is written: at the interval of the phase, and at its end. A position between two of them starts from the nearest, which is always kept.',
    wrong: annealed('checkpoint = every(100 steps)'),
    right: annealed('checkpoint = every(61 steps)'),
  },
});

export const markersMissing = defineRow<{ of: string; markers: readonly string[]; tokenizer: string }>({
  code: 'SM5209',
  severity: 'warning',
  message: ({ of, markers, tokenizer }) =>
    `the chat template of ${of} writes ${markers.map((marker) => `\`${marker}\``).join(' and ')}, no special token of \`${tokenizer}\``,
  help: () => 'add the markers to the tokenizer as special tokens, or use a template of markers that it has',
  explain: {
    title: 'a chat template of markers that the tokenizer lacks',
    why: 'A marker that is no token of its own is cut into ordinary ones. The model then learns no single token that ends a turn, and whoever generates from it has nothing to stop at. Only local tokenizers can be looked at; one without special tokens at all has none of them.',
    wrong: withSft(`data = chats, epochs = 2, chat = chatml(), ${schedule}`),
    right: withSft(`data = chats, epochs = 2, chat = from_tokenizer(), ${schedule}`),
    files: { 'tokenizer.json': '{ "added_tokens": [{ "id": 0, "content": "<|endoftext|>" }] }' },
  },
});
