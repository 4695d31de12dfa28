import { attribute } from './row.ts';
import { atLeast, callOf, whole } from './value-types.ts';

/** What stands at top level. */
export const recipeAttributes = {
  language: attribute({
    name: 'language',
    blocks: ['recipe'],
    type: whole(['number'], { most: atLeast('1') }),
    default: { value: '1', source: 'the only version of the language so far' },
    documentation: 'Version of the smol language that the file is written in.',
  }),
  seed: attribute({
    name: 'seed',
    blocks: ['recipe', 'profile'],
    type: whole(['number'], { least: atLeast('0'), most: atLeast('4294967295') }),
    default: { value: '42', source: "SmolLM2's training configuration" },
    documentation: 'Seed of the initial weights and of the order of the data, 32 bits.',
  }),
  tokenizer: attribute({
    name: 'tokenizer',
    blocks: ['recipe', 'profile'],
    type: callOf('local', 'hf'),
    default: 'required',
    documentation: 'The tokenizer: a `tokenizer.json` of this machine or a repository of the Hugging Face hub.',
  }),
};
