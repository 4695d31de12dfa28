import type { TextModel } from '../model/text-model.ts';
import type { RunEngine } from '../train/run-engine.ts';
import type { TaskOptions } from './measure/prepared-task.ts';
import { openEvaluator } from './open-evaluator.ts';
import type { TaskResult } from './result/task-result.ts';
import type { LoadedTask } from './task/load-task.ts';

export interface EvaluationOptions extends TaskOptions {
  readonly interrupted: AbortSignal;
  /** Part of a task that is done, 0 to 1; and its result, when it is. */
  readonly observe: (task: string, part: number) => void;
}

/** Measures a model by tasks, in their order. Throws DataError, RunError, and the interruption's reason. */
export async function evaluateModel(
  model: TextModel,
  tasks: readonly LoadedTask[],
  engine: RunEngine,
  options: EvaluationOptions,
): Promise<readonly TaskResult[]> {
  const { interrupted, observe } = options;
  const { chat, endTokens } = model;
  const ready = tasks.map((task) => ({ task, chat, endTokens }));
  const evaluator = await openEvaluator(ready, model, engine, options);
  try {
    const results: TaskResult[] = [];
    for (const [index, { name }] of tasks.entries()) {
      const onProgress = (part: number) => observe(name, part);
      results.push(await evaluator.measure(index, model, { interrupted, onProgress }));
    }
    return results;
  } finally {
    evaluator.dispose();
  }
}
