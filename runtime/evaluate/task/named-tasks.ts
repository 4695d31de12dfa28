import type { ShippedTask } from '../../../compiler/plan/index.ts';
import type { TaskDefinition } from './task-definition.ts';

const letters = ['{choices.text.0}', '{choices.text.1}', '{choices.text.2}', '{choices.text.3}'];

const arc = {
  kind: 'cloze',
  prefix: 'Question: ',
  question: '{question}',
  cue: '\nAnswer:',
  choices: 'choices.text',
  answer: 'answerKey',
  normalizer: 'characters',
} as const;

/**
 * Tasks by name, as SmolLM2's evaluations use them (huggingface/smollm, text/evaluation/tasks.py): columns are those of the
 * datasets on the hub. Their rows are not shipped.
 */
export const namedTasks: Readonly<Record<ShippedTask, TaskDefinition>> = {
  hellaswag: {
    kind: 'cloze',
    data: { hf: 'Rowan/hellaswag', split: 'validation' },
    question: '{ctx}',
    choices: 'endings',
    answer: 'label',
    normalizer: 'characters',
  },
  arc_easy: { ...arc, data: { hf: 'allenai/ai2_arc', config: 'ARC-Easy', split: 'test' } },
  arc_challenge: { ...arc, data: { hf: 'allenai/ai2_arc', config: 'ARC-Challenge', split: 'test' } },
  openbook_qa: {
    kind: 'cloze',
    data: { hf: 'allenai/openbookqa', config: 'main', split: 'test' },
    question: '{question_stem}',
    choices: letters,
    answer: 'answerKey',
    normalizer: 'characters',
  },
  piqa: {
    kind: 'cloze',
    data: { hf: 'ybisk/piqa', split: 'validation' },
    prefix: 'Question: ',
    question: '{goal}',
    cue: '\nAnswer:',
    choices: ['{sol1}', '{sol2}'],
    answer: 'label',
    normalizer: 'characters',
  },
  commonsense_qa: {
    kind: 'cloze',
    data: { hf: 'tau/commonsense_qa', split: 'validation' },
    prefix: 'Question: ',
    question: '{question}',
    cue: '\nAnswer:',
    choices: 'choices.text',
    answer: 'answerKey',
    normalizer: 'characters',
  },
  mmlu: {
    kind: 'choice',
    data: { hf: 'cais/mmlu', config: 'all', split: 'test' },
    prefix: 'Question: ',
    question: '{question}',
    cue: '\nAnswer:',
    choices: 'choices',
    answer: 'answer',
  },
  mmlu_pro: {
    kind: 'choice',
    data: { hf: 'TIGER-Lab/MMLU-Pro', split: 'test' },
    prefix: 'Question: ',
    question: '{question}',
    cue: '\nAnswer:',
    choices: 'options',
    answer: 'answer_index',
  },
  trivia_qa: {
    kind: 'generate',
    data: { hf: 'mandarjoshi/trivia_qa', config: 'rc.nocontext', split: 'validation' },
    prefix: 'Question: ',
    question: '{question}',
    cue: '\nAnswer:',
    answer: 'answer.normalized_aliases',
    extract: 'first_line',
    loose: true,
    stop: ['\n', 'Question:'],
    max_tokens: 20,
  },
  gsm8k: {
    kind: 'generate',
    data: { hf: 'openai/gsm8k', config: 'main', split: 'test' },
    prefix: 'Question: ',
    question: '{question}',
    cue: '\nAnswer:',
    answer: '{answer}',
    extract: 'marked_number',
    stop: ['Question:'],
    max_tokens: 256,
  },
  ifeval: {
    kind: 'generate',
    data: { hf: 'google/IFEval', split: 'train' },
    question: '{prompt}',
    separator: '\n',
    metric: 'instructions',
    max_tokens: 1280,
  },
  needle: {
    kind: 'needle',
    lengths: [512, 1024, 2048, 4096, 8192],
    depths: [0, 0.25, 0.5, 0.75, 1],
  },
};
