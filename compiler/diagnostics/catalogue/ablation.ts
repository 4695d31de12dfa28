import { defineRow } from '../catalogue-row.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Ablations (SM54xx). */

const whole = sampleRecipe(samplePretrain(['50% web', '50% code']));
const schedule = 'schedule = linear(peak = 1e-3)';

export const noArms = defineRow<{ ablation: string }>({
  code: 'SM5401',
  severity: 'error',
  message: ({ ablation }) => `${ablation} has no arms`,
  help: () => 'add what is compared: `arm NAME { 100% DATASET }`',
  explain: {
    title: 'an ablation without arms',
    why: 'An ablation compares short runs that differ in one thing. Without arms there is nothing to run.',
    wrong: `${whole}\nablation data {\n  tokens = 100k\n  ${schedule}\n}\n`,
    right: `${whole}\nablation data {\n  tokens = 100k\n  ${schedule}\n  arm web_only { 100% web }\n  arm code_only { 100% code }\n}\n`,
  },
});

const chats = 'dataset chats { source = local("chats/*.jsonl"), size = 1000 rows }';
const sft = `sft { data = chats, epochs = 2, ${schedule} }`;

export const armWithoutData = defineRow<{ arm: string }>({
  code: 'SM5402',
  severity: 'error',
  message: ({ arm }) => `${arm} must say what it trains on with \`data\``,
  help: () => 'write `data = NAME`: arms of post-training have rows, those of pretraining shares',
  explain: {
    title: 'an arm of post-training without data',
    why: 'The arms of an ablation differ in what they train on. Post-training reads a dataset of rows, so its arms name one; shares belong to arms of pretraining.',
    wrong: `${whole}\n${chats}\n${sft}\nablation rows {\n  of = sft\n  epochs = 1\n  ${schedule}\n  arm a { 100% chats }\n}\n`,
    right: `${whole}\n${chats}\n${sft}\nablation rows {\n  of = sft\n  epochs = 1\n  ${schedule}\n  arm a { data = chats }\n}\n`,
  },
});
