import type { DefineCommand } from './command.ts';

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the command's module; only the called command is loaded. */
  readonly load: () => Promise<{ readonly define: DefineCommand }>;
}

/** Every command of `smol`, in the order of its help page. */
export const commands: readonly CommandEntry[] = [
  { name: 'check', summary: 'find the mistakes in a recipe', load: () => import('./commands/check.ts') },
  { name: 'fmt', summary: 'format recipes', load: () => import('./commands/fmt.ts') },
  { name: 'plan', summary: 'show exactly what a recipe would do', load: () => import('./commands/plan.ts') },
  { name: 'diff', summary: 'show what changes between two recipes', load: () => import('./commands/diff.ts') },
  { name: 'compile', summary: 'write the plan of a recipe to a folder', load: () => import('./commands/compile.ts') },
  {
    name: 'import',
    summary: 'write the recipe of a nanotron configuration',
    load: () => import('./commands/import.ts'),
  },
  { name: 'lock', summary: 'write what the data of a recipe is', load: () => import('./commands/lock.ts') },
  { name: 'run', summary: 'train a recipe, or resume a run', load: () => import('./commands/run.ts') },
  {
    name: 'preview',
    summary: 'show rows of post-training, and their masks',
    load: () => import('./commands/preview.ts'),
  },
  { name: 'report', summary: 'write a page about a run or an ablation', load: () => import('./commands/report.ts') },
  { name: 'inspect', summary: 'show what stands in one step', load: () => import('./commands/inspect.ts') },
  { name: 'generate', summary: 'write text with a trained model', load: () => import('./commands/generate.ts') },
  { name: 'chat', summary: 'talk with a model', load: () => import('./commands/chat.ts') },
  { name: 'export', summary: 'write a model for other programs', load: () => import('./commands/export.ts') },
  { name: 'evaluate', summary: 'measure a model by tasks, or compare', load: () => import('./commands/evaluate.ts') },
  { name: 'explain', summary: 'explain a diagnostic by its code', load: () => import('./commands/explain.ts') },
  { name: 'engine', summary: 'install or show the compiled engine', load: () => import('./commands/engine.ts') },
  { name: 'doctor', summary: 'check what this machine has and lacks', load: () => import('./commands/doctor.ts') },
];
