import type { PlanModel } from '../../compiler/plan/index.ts';
import { createChatRenderer } from '../chat/render-chat.ts';
import type { TextModel } from '../model/text-model.ts';
import type { RunEngine } from '../train/run-engine.ts';
import { prepareTask } from './measure/prepare-task.ts';
import type { PreparedTask, TaskOptions } from './measure/prepared-task.ts';
import { writeAnswers } from './measure/write-answers.ts';
import { type TaskResult, taskResult } from './result/task-result.ts';
import { planScoring, type ScoringPlan } from './scoring/plan-scoring.ts';
import { type ScoringProgress, scoreSequences } from './scoring/score-sequences.ts';
import type { Scorer, ScoringShape } from './scoring/scorer.ts';
import type { LoadedTask } from './task/load-task.ts';

/** A state of a model: its weights, and the RoPE theta that goes with them. */
export type ModelState = Pick<TextModel, 'parameters' | 'ropeTheta'>;

/** A task, and how conversations are written when it is measured. */
export interface EvaluatorTask extends Pick<TextModel, 'chat' | 'endTokens'> {
  readonly task: LoadedTask;
}

/** Tasks made ready for one architecture and tokenizer; they measure one state of it after another. */
export interface Evaluator {
  /** Measures task `index` on a state. Tasks measured one after the other on the same state load its weights once. */
  measure(index: number, state: ModelState, progress: ScoringProgress): Promise<TaskResult>;
  dispose(): void;
}

/**
 * Puts tasks into tokens; programs are made when the first task is measured: one scorer with the shapes of all tasks, each
 * traced once. Throws DataError for a task that does not fit the model.
 */
export async function openEvaluator(
  tasks: readonly EvaluatorTask[],
  { model, tokenizer }: Pick<TextModel, 'model' | 'tokenizer'>,
  engine: RunEngine,
  options: TaskOptions,
): Promise<Evaluator> {
  const prepared: PreparedTask[] = [];
  for (const { task, chat } of tasks) {
    const subject = { tokenizer, context: model.context, chat: chat && createChatRenderer(chat) };
    prepared.push(await prepareTask(task, subject, options));
  }
  const plans = prepared.map((task) => (task.how === 'score' ? planScoring(task.sequences, model.context) : null));
  const scorers = scorerSource(model, engine, plans);
  return {
    async measure(index, state, progress) {
      const { task, chat, endTokens } = tasks[index]!;
      const measured = await measureTask(prepared[index]!, plans[index]!, { ...state, endTokens }, progress);
      return taskResult(task, options, { tokenizer: tokenizer.hash, template: chat?.template ?? null }, measured);
    },
    dispose: () => scorers.dispose(),
  };

  async function measureTask(
    task: PreparedTask,
    plan: ScoringPlan | null,
    { endTokens, ...state }: ModelState & Pick<TextModel, 'endTokens'>,
    progress: ScoringProgress,
  ) {
    if (task.how === 'read') return task.judge();
    if (task.how === 'write')
      return task.judge(await writeAnswers(task, { model, tokenizer, endTokens, ...state }, engine, progress));
    return task.judge(await scoreSequences(task.sequences, plan!, await scorers.of(state), progress));
  }
}

/** One scorer, made anew only for another RoPE theta, with the weights of the state asked for last. */
function scorerSource(model: PlanModel, engine: RunEngine, plans: readonly (ScoringPlan | null)[]) {
  let scorer: Scorer | null = null;
  let holds: ModelState | null = null;
  return {
    async of(state: ModelState): Promise<Scorer> {
      if (scorer !== null && holds?.ropeTheta !== state.ropeTheta) this.dispose();
      if (scorer === null) {
        scorer = await engine.createScorer({ model, ...state, shapes: distinctShapes(plans) });
      } else if (holds?.parameters !== state.parameters) {
        await scorer.writeParameters(state.parameters);
      }
      holds = state;
      return scorer;
    },
    dispose() {
      scorer?.dispose();
      scorer = null;
    },
  };
}

function distinctShapes(plans: readonly (ScoringPlan | null)[]): ScoringShape[] {
  const all = plans.flatMap((plan) => plan?.shapes ?? []);
  return [...new Map(all.map((shape) => [JSON.stringify(shape), shape])).values()];
}
