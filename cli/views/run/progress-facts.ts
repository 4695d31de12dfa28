import type { PlanPhase } from '../../../compiler/index.ts';
import { formatCount, formatDuration, formatLearningRate, formatTokens } from '../../../compiler/index.ts';
import type { TrainingEvent } from '../../../runtime/index.ts';

type StepEvent = Extract<TrainingEvent, { kind: 'step' }>;

/** Steps that the shown speed is a mean over: enough to be steady, few enough to follow a change of stage. */
const recentSteps = 30;

/** What the progress of a run shows, in words; the terminal and the plain lines arrange the same facts. */
export interface ProgressFacts {
  readonly stage: string;
  readonly stageStep: number;
  readonly stageSteps: number;
  readonly step: number;
  /** "640/1,025" */
  readonly steps: string;
  readonly tokens: string;
  readonly loss: string;
  readonly learningRate: string;
  readonly speed: string;
  readonly dataShare: string;
  readonly timeLeft: string;
}

/**
 * Keeps the recent steps of a phase and gives the facts to show. Steps are the run's, `before` of them before the phase. The
 * first step of a shape compiles: it does not count. `isOneOfSeveral`: the time left is said to be the phase's.
 */
export function createProgressFacts(
  phase: PlanPhase,
  before: number,
  lastStep: number,
  isOneOfSeveral = false,
): (event: StepEvent) => ProgressFacts {
  const recent: { places: number; tokens: number; trained: number; seconds: number; dataSeconds: number }[] = [];
  return ({ metrics, timing, firstOfShape }) => {
    const { seconds: taken } = timing;
    const tokens = timing.tokens_per_second * taken;
    const trained = (timing.trained_tokens_per_second ?? 0) * taken;
    const places = tokensBetween(phase, metrics.step - before - 1, metrics.step - before);
    if (firstOfShape) recent.length = 0;
    else recent.push({ places, tokens, trained, seconds: taken, dataSeconds: timing.data_share * taken });
    if (recent.length > recentSteps) recent.shift();
    const seconds = sum(recent.map((each) => each.seconds));
    const speed = sum(recent.map((each) => each.tokens)) / seconds;
    // Steps take their places' time, filled or not.
    const pace = sum(recent.map((each) => each.places)) / seconds;
    const trainedSpeed = sum(recent.map((each) => each.trained)) / seconds;
    const stage = phase.stages.find(({ name }) => name === metrics.stage)!;
    const remaining = tokensBetween(phase, metrics.step - before, lastStep - before);
    return {
      stage: metrics.stage,
      stageStep: metrics.step - before - stage.first_step + 1,
      stageSteps: stage.steps,
      step: metrics.step,
      steps: `${formatCount(metrics.step)}/${formatCount(lastStep)}`,
      tokens: `${formatTokens(metrics.tokens)} tokens`,
      loss: `loss ${metrics.loss.toFixed(2)}`,
      learningRate: `lr ${formatLearningRate(Number(metrics.learning_rate.toPrecision(2)))}`,
      speed: seconds > 0 ? speedText(speed, phase.tuning === null ? null : trainedSpeed) : 'measuring speed',
      dataShare: seconds > 0 ? `data wait ${waiting(sum(recent.map((each) => each.dataSeconds)) / seconds)}` : '',
      timeLeft:
        seconds > 0 ? `${formatDuration(remaining / pace)} left${isOneOfSeveral ? ` in ${phase.name}` : ''}` : '',
    };
  };
}

function speedText(speed: number, trained: number | null): string {
  const text = `${formatCount(Math.round(speed))} tokens/s`;
  return trained === null ? text : `${text}, ${formatCount(Math.round(trained))} trained`;
}

function tokensBetween(phase: PlanPhase, step: number, lastStep: number): number {
  return sum(
    phase.segments.map(({ first_step, last_step, sequence, batch_sequences }) => {
      const steps = Math.min(lastStep, last_step) - Math.max(step, first_step - 1);
      return Math.max(0, steps) * sequence * batch_sequences;
    }),
  );
}

/** A part of the time in whole percent: below one it is no bottleneck, and digits would only flicker. */
function waiting(part: number): string {
  return `${Math.round(part * 100)}%`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
