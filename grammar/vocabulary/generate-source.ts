import { functionRow, parameter } from './row.ts';
import { atLeast, real, reference, text, whole } from './value-types.ts';

/** `source = generate(…)`: rows that a model writes. `generate` of an evaluation is another function. */
export const generateSource = functionRow({
  name: 'generate',
  of: 'source',
  byPlace: 3,
  repeated: false,
  documentation: 'Rows that a model writes: one or more answers to each prompt of a dataset.',
  parameters: {
    endpoint: parameter({
      name: 'endpoint',
      type: text,
      default: 'required',
      documentation: 'The URL of a server that speaks the chat completions protocol.',
    }),
    model: parameter({
      name: 'model',
      type: text,
      default: 'required',
      documentation: 'The model, as the server knows it.',
    }),
    prompts: parameter({
      name: 'prompts',
      type: reference,
      default: 'required',
      documentation: 'The dataset of prompts, one a row.',
    }),
    system: parameter({
      name: 'system',
      type: text,
      default: 'none',
      documentation: 'The system turn before each prompt.',
    }),
    samples: parameter({
      name: 'samples',
      type: whole(['number'], { most: atLeast('1000000') }),
      default: { value: '1', source: 'the chat completions protocol' },
      documentation: 'Answers to each prompt.',
    }),
    turns: parameter({
      name: 'turns',
      type: whole(['number'], { most: atLeast('1000') }),
      default: { value: '1', source: 'an answer to a prompt' },
      documentation: 'Answers of a conversation; after the first, the model writes the next question, too.',
    }),
    temperature: parameter({
      name: 'temperature',
      type: real(['number'], { least: atLeast('0'), most: atLeast('100') }),
      default: { value: '1', source: 'the chat completions protocol' },
      documentation: 'Temperature of the sampling.',
    }),
    topP: parameter({
      name: 'top_p',
      type: real(['number', 'part'], { most: atLeast('1'), bare: 'number' }),
      default: { value: '1', source: 'the chat completions protocol' },
      documentation: 'Part of the probability that tokens are sampled from.',
    }),
    maxTokens: parameter({
      name: 'max_tokens',
      type: whole(['tokens'], { most: atLeast('16777216') }),
      default: 'none',
      documentation: "Longest answer; the server's limit unless it is given.",
    }),
  },
});
