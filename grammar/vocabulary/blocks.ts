import type { BlockRow } from './row.ts';

/** Every block of the language; `recipe` is the file itself. */
export const blocks: readonly BlockRow[] = [
  {
    name: 'recipe',
    within: [],
    naming: 'required',
    entries: ['allow'],
    documentation: 'The file: one training run, named in its first line.',
  },
  {
    name: 'dataset',
    within: ['recipe', 'profile'],
    naming: 'required',
    entries: ['verb', 'take', 'allow'],
    documentation:
      'Text to train on: where it comes from, how much there is, and the steps that its rows pass through.',
  },
  {
    name: 'mixture',
    within: ['recipe', 'profile'],
    naming: 'required',
    entries: ['share', 'allow'],
    documentation: 'Datasets in fixed proportions, under a name that stages can use.',
  },
  {
    name: 'model',
    within: ['recipe', 'profile'],
    naming: 'none',
    entries: ['allow'],
    documentation: 'The architecture and its initial weights.',
  },
  {
    name: 'pretrain',
    within: ['recipe', 'profile'],
    naming: 'optional',
    entries: ['share', 'take', 'allow'],
    documentation: 'Training on plain text: how many tokens, in what batches, with what optimizer and in what stages.',
  },
  {
    name: 'stage',
    within: ['pretrain'],
    naming: 'required',
    entries: ['share', 'take', 'allow'],
    documentation: 'A range of the tokens of its phase, the mixture trained on there, and what differs from the phase.',
  },
  {
    name: 'profile',
    within: ['recipe'],
    naming: 'required',
    entries: ['allow'],
    documentation:
      'The same recipe under other settings, chosen by `--profile NAME`: it re-opens blocks of the recipe.',
  },
  {
    name: 'classifier',
    within: ['recipe', 'profile'],
    naming: 'required',
    entries: ['allow'],
    documentation: 'A model that scores the rows of datasets, by `score NAME = classify(CLASSIFIER)`.',
  },
  {
    name: 'sft',
    within: ['recipe', 'profile'],
    naming: 'optional',
    entries: ['allow'],
    documentation: 'Supervised fine-tuning on conversations.',
  },
  {
    name: 'dpo',
    within: ['recipe', 'profile'],
    naming: 'optional',
    entries: ['allow'],
    documentation: 'Direct preference optimization on pairs of answers.',
  },
  {
    name: 'evaluate',
    within: ['recipe', 'profile', 'ablation'],
    naming: 'optional',
    entries: ['expect', 'allow'],
    documentation: 'Benchmarks, and the points of the run at which they are measured.',
  },
  {
    name: 'ablation',
    within: ['recipe', 'profile'],
    naming: 'required',
    entries: ['allow'],
    documentation: 'Short runs that differ in one thing and are compared.',
  },
  {
    name: 'arm',
    within: ['ablation'],
    naming: 'required',
    entries: ['share', 'allow'],
    documentation: 'One of the runs that an ablation compares.',
  },
  {
    name: 'cluster',
    within: ['recipe', 'profile'],
    naming: 'required',
    entries: ['allow'],
    documentation: 'The machines, for cost, memory and export.',
  },
];
