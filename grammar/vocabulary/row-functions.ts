import { functionRow, parameter } from './row.ts';
import { real, text, whole, words } from './value-types.ts';

const now = { repeated: false } as const;

function column(name: string, documentation: string) {
  const source = 'the usual column of such datasets on the Hugging Face hub';
  return parameter({ name, type: text, default: { value: JSON.stringify(name), source }, documentation });
}

/** What a row of a dataset for post-training is. */
export const rowFormats = {
  messages: functionRow({
    ...now,
    name: 'messages',
    byPlace: 1,
    documentation: 'Rows are conversations: lists of turns with a `role` and a `content`.',
    parameters: {
      column: parameter({
        name: 'column',
        type: text,
        default: { value: '"messages"', source: 'the usual column of such datasets on the Hugging Face hub' },
        documentation: 'The column with the turns.',
      }),
    },
  }),
  promptResponse: functionRow({
    ...now,
    name: 'prompt_response',
    byPlace: 2,
    documentation: 'Rows are a prompt and a response.',
    parameters: {
      prompt: column('prompt', 'The column with the prompt.'),
      response: column('response', 'The column with the response.'),
    },
  }),
  preference: functionRow({
    ...now,
    name: 'preference',
    byPlace: 3,
    documentation: 'Rows are a prompt with a better and a worse response.',
    parameters: {
      prompt: column('prompt', 'The column with the prompt.'),
      chosen: column('chosen', 'The column with the better response.'),
      rejected: column('rejected', 'The column with the worse response.'),
    },
  }),
};

/** How a conversation becomes text. */
export const chatTemplates = {
  chatml: functionRow({
    ...now,
    name: 'chatml',
    byPlace: 0,
    documentation: 'ChatML: each turn between `<|im_start|>` with its role and `<|im_end|>`.',
    parameters: {
      system: parameter({
        name: 'system',
        type: text,
        default: 'none',
        documentation: 'The system turn of conversations that have none.',
      }),
    },
  }),
  jinja: functionRow({
    ...now,
    name: 'jinja',
    byPlace: 1,
    documentation: 'A template in the Jinja language, as tokenizers have it.',
    parameters: {
      template: parameter({ name: 'template', type: text, default: 'required', documentation: 'The template.' }),
    },
  }),
  fromTokenizer: functionRow({
    ...now,
    name: 'from_tokenizer',
    byPlace: 0,
    documentation: 'The template that the tokenizer brings along.',
    parameters: {},
  }),
};

function weights(name: string, documentation: string) {
  return functionRow({
    ...now,
    name,
    byPlace: 1,
    documentation,
    parameters: {
      path: parameter({
        name: 'path',
        type: text,
        default: 'required',
        documentation: "Its folder, relative to the recipe's.",
      }),
    },
  });
}

/** Weights in other forms than a model's files. */
export const weightFunctions = {
  checkpoint: weights('checkpoint', 'The weights of a checkpoint that smol wrote.'),
  nanotron: weights('nanotron', 'The weights of a checkpoint that nanotron wrote.'),
};

export const rewind = functionRow({
  ...now,
  name: 'rewind',
  byPlace: 0,
  documentation: 'Goes back to a checkpoint and skips data when the loss jumps.',
  parameters: {
    to: parameter({
      name: 'to',
      type: words('last_checkpoint'),
      default: { value: 'last_checkpoint', source: 'the least that is done again' },
      documentation: 'Where training goes on.',
    }),
    skip: parameter({
      name: 'skip',
      type: whole(['steps']),
      default: 'required',
      documentation:
        'Steps of data that are left out: those that end with the jump, or from the checkpoint where it is nearer.',
    }),
    over: parameter({
      name: 'over',
      type: real(['sigma']),
      default: { value: '6 sigma', source: "smol's own choice: rarer than once in a long run of normal noise" },
      documentation:
        'How far above the mean of the last steps a loss must be, in their standard deviations; one that is no number always is.',
    }),
    window: parameter({
      name: 'window',
      type: whole(['steps']),
      default: { value: '200 steps', source: "smol's own choice" },
      documentation: 'How many of the last steps, all of the same stage, make up mean and standard deviation.',
    }),
  },
});
