/** Tasks whose settings are shipped (runtime/evaluate/task/named-tasks.ts), each with its kind. */
export const shippedTasks = {
  hellaswag: 'cloze',
  arc_easy: 'cloze',
  arc_challenge: 'cloze',
  openbook_qa: 'cloze',
  piqa: 'cloze',
  commonsense_qa: 'cloze',
  mmlu: 'choice',
  mmlu_pro: 'choice',
  trivia_qa: 'generate',
  gsm8k: 'generate',
  ifeval: 'generate',
  needle: 'needle',
} as const;

export type ShippedTask = keyof typeof shippedTasks;

/** Further tasks of the SmolLM2 family's evaluations: recipes name and plan them, but their settings are not shipped. */
export const plannedTasks: readonly string[] = ['arc', 'bbh', 'math', 'winogrande'];
