import { type AttributeRow, attribute, type BlockName, type FunctionRow, functionRow, type ValueType } from './row.ts';
import { anyOf, boolean, callOf, edge, listOf, real, reference, whole, words } from './value-types.ts';

function later(name: string, blocks: readonly BlockName[], type: ValueType, documentation: string): AttributeRow {
  return attribute({ name, blocks, type, default: 'none', documentation, availability: 'later' });
}

function laterFunction(name: string, documentation: string): FunctionRow {
  return functionRow({ name, parameters: {}, byPlace: 0, repeated: false, documentation, availability: 'later' });
}

const phaseOrWeights = anyOf(callOf('hf', 'local', 'nanotron'), reference);
const finetuning = ['sft', 'dpo'] as const;

/** Attributes of the language that this version of smol refuses by name, so that nobody takes them for misspelt. */
export const laterAttributes: readonly AttributeRow[] = [
  later('from', ['pretrain', 'sft', 'dpo', 'ablation'], phaseOrWeights, 'Where the weights come from at the start.'),
  later('on_spike', ['pretrain'], callOf('rewind'), 'What to do when the loss jumps.'),
  later('recompute', ['pretrain', ...finetuning], words('layer', 'none'), 'What the backward pass computes again.'),
  later('ramp', ['stage'], whole(['tokens']), 'Length over which the shares move from those of the stage before.'),
  later('chat', ['dataset', ...finetuning], callOf('chatml', 'jinja'), 'How a conversation becomes text.'),
  later('data', finetuning, reference, 'The dataset or mixture to train on.'),
  later('epochs', finetuning, real(['epochs']), 'Passes over the rows.'),
  later('steps', [...finetuning, 'ablation'], whole(['steps']), 'Length in steps.'),
  later('sequence', finetuning, whole(['tokens']), 'Longest row in tokens.'),
  later('batch', finetuning, whole(['sequences', 'tokens']), 'What one step trains on.'),
  later('precision', finetuning, words('float32', 'bf16'), 'Number format of the matrix products.'),
  later('optimizer', finetuning, callOf('adamw'), 'The optimizer and its constants.'),
  later('clip_norm', finetuning, real(['number']), 'Largest global norm of the gradient.'),
  later('attention', ['sft'], words('full', 'document'), 'Whether packed rows see each other.'),
  later('schedule', [...finetuning, 'ablation'], callOf('wsd', 'constant', 'cosine', 'linear'), 'The learning rate.'),
  later('checkpoint', finetuning, callOf('every'), 'How often weights are written.'),
  later('loss_on', ['sft'], words('assistant', 'all'), 'Which turns are trained on.'),
  later('packing', finetuning, boolean, 'Whether several rows share a sequence.'),
  later('max_prompt', ['dpo'], whole(['tokens']), 'Longest prompt; longer ones are cut from the left.'),
  later('beta', ['dpo'], real(['number']), 'Strength of the pull to the reference model.'),
  later('at', ['evaluate'], listOf(edge), 'The points of the run to measure at.'),
  later('tasks', ['evaluate'], listOf(callOf('cloze', 'choice', 'generate')), 'What is measured.'),
  later('tokens', ['ablation'], whole(['tokens']), 'Length of each arm.'),
  later('of', ['ablation'], reference, 'The phase that the arms copy.'),
];

/** Functions of the same kind. */
export const laterFunctions: readonly FunctionRow[] = [
  laterFunction('rewind', 'Goes back to a checkpoint and skips data.'),
  laterFunction('checkpoint', 'The weights of a run folder.'),
  laterFunction('nanotron', 'A checkpoint of nanotron.'),
  laterFunction('generate', 'Rows or answers written by a model.'),
  laterFunction('messages', 'Rows are conversations.'),
  laterFunction('prompt_response', 'Rows are a prompt and a response.'),
  laterFunction('preference', 'Rows are a prompt with a better and a worse response.'),
  laterFunction('chatml', 'The ChatML template.'),
  laterFunction('jinja', 'A template in the Jinja language.'),
  laterFunction('cloze', 'Choice by the likelihood of the full answers.'),
  laterFunction('choice', 'Choice by the likelihood of the letters.'),
];
