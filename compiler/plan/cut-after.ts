import type { ResolvedPretrain } from '../normalize/types.ts';
import type { PhaseSteps } from './place-schedule.ts';

/**
 * A phase that ends after so many of its steps: the stages that do not begin by then are left out, and the last one is shorter.
 * What was asked (tokens, ends of stages) stays.
 */
export function cutAfter<Phase extends Pick<ResolvedPretrain, 'stages'>>(
  steps: number,
  { resolved, placed }: { readonly resolved: Phase; readonly placed: PhaseSteps },
): { readonly resolved: Phase; readonly placed: PhaseSteps } {
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
