import type { PlannedPhase } from './plan-phase.ts';

type PhaseInSteps = Pick<PlannedPhase, 'resolved' | 'placed'>;

/**
 * A phase that ends after so many of its steps: the stages that do not begin by then are left out, and the last one is shorter.
 * What was asked (tokens, ends of stages) stays.
 */
export function cutAfter(steps: number, { resolved, placed }: PhaseInSteps): PhaseInSteps {
  if (steps >= placed.steps) return { resolved, placed };
  const stages = placed.stages
    .filter(({ firstStep }) => firstStep <= steps)
    .map((stage) => {
      if (stage.lastStep <= steps) return stage;
      const run = steps - stage.firstStep + 1;
      return { ...stage, steps: run, lastStep: steps, to: stage.from + run * stage.asked.tokensPerStep };
    });
  return {
    resolved: { ...resolved, stages: resolved.stages.slice(0, stages.length) },
    placed: { ...placed, stages, steps },
  };
}
