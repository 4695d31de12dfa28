import type { Plan } from '../../compiler/plan/index.ts';
import { endTokensOf } from '../chat/end-tokens.ts';
import type { ChatFiles } from '../chat/plan-chat-format.ts';
import { trainedChatFormat } from '../chat/trained-chat-format.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { RunEngine } from '../train/run-engine.ts';
import type { RunPhase } from '../train/run-phases.ts';
import { type EvaluatorTask, type ModelState, openEvaluator } from './open-evaluator.ts';
import type { TaskResult } from './result/task-result.ts';
import type { ScoringProgress } from './scoring/score-sequences.ts';
import type { RunTask } from './task/run-tasks.ts';

/** A run's tasks made ready, for every point at which they are measured. */
export interface RunEvaluator {
  /** Measures task `index` on the weights after a step of the run. */
  measure(index: number, step: number, state: ModelState, progress: ScoringProgress): Promise<TaskResult>;
  dispose(): void;
}

/**
 * Puts the tasks into tokens, so that one that does not fit the model is refused before training. A task that is asked by the chat
 * template, or whose answers end where a turn does, is made ready for each template that the run has at its points. `files` are the
 * tokenizer's. Throws DataError, also for a task with `chat` at a point before the run has a template.
 */
export async function openRunEvaluator(
  plan: Plan,
  { phases, tasks, tokenizer, files }: RunSubject,
  engine: RunEngine,
): Promise<RunEvaluator> {
  const ready: EvaluatorTask[] = [];
  /** Of a task at a step: decided here, whatever becomes of the tokenizer's files while the run goes on. */
  const places = new Map<string, number>();
  const chatAt = ({ task: { definition } }: RunTask, step: number) => {
    const isAsked = definition.kind === 'generate' || ('chat' in definition && definition.chat === true);
    return isAsked ? trainedChatFormat(plan, step, files) : null;
  };
  for (const [index, each] of tasks.entries()) {
    const byChat = new Map<string, number>();
    for (const step of pointSteps(plan, phases, each.evaluation)) {
      const chat = chatAt(each, step);
      const key = JSON.stringify(chat);
      if (!byChat.has(key)) {
        byChat.set(key, ready.length);
        ready.push({ task: each.task, chat, endTokens: await endTokensOf(chat, tokenizer, []) });
      }
      places.set(placeKey(index, step), byChat.get(key)!);
    }
  }
  const subject = { model: plan.model, tokenizer };
  const evaluator = await openEvaluator(ready, subject, engine, { seed: plan.seed, limit: null });
  return {
    measure(index, step, state, progress) {
      return evaluator.measure(places.get(placeKey(index, step))!, state, progress);
    },
    dispose: () => evaluator.dispose(),
  };
}

const placeKey = (index: number, step: number): string => `${index} ${step}`;

export interface RunSubject {
  /** Those that are run. */
  readonly phases: readonly RunPhase[];
  readonly tasks: readonly RunTask[];
  readonly tokenizer: TextTokenizer;
  readonly files: () => ChatFiles;
}

/** The run's steps at which an evaluation is made. */
function pointSteps({ evaluations }: Plan, phases: readonly RunPhase[], name: string): readonly number[] {
  const { points } = evaluations.find((evaluation) => evaluation.name === name)!;
  return points.flatMap((point) => {
    const place = phases.find(({ phase }) => phase.name === point.phase);
    return place === undefined ? [] : [place.before + point.step];
  });
}
