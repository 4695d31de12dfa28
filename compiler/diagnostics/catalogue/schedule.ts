import { defineRow } from '../catalogue-row.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Learning rates (SM50xx), and the decay against the stages (SM3101); what depends on exact steps is judged by the planner. */

const halves = ['50% web', '50% code'];
const withSchedule = (schedule: string) => sampleRecipe(samplePretrain(halves, { schedule }));
const decayStages = ['stage stable ..900k { 100% web }', 'stage decay ..1M { 50% web, 50% code }'];

export const highLearningRate = defineRow<{ peak: string }>({
  code: 'SM5001',
  severity: 'warning',
  message: ({ peak }) => `a peak learning rate of ${peak} is unusually high`,
  help: () => 'published runs use 1e-5 to 1e-2; lower it, or allow this with a reason',
  explain: {
    title: 'a high learning rate',
    why: 'Above 0.1, training with AdamW diverges for nearly every model. Most often a minus sign of the exponent was lost.',
    wrong: withSchedule('constant(peak = 0.5)'),
    right: withSchedule('constant(peak = 5e-4)'),
  },
});

export const excessiveLearningRate = defineRow<{ peak: string }>({
  code: 'SM5002',
  severity: 'error',
  message: ({ peak }) => `a peak learning rate of ${peak} is above 1`,
  help: () => 'check the exponent: `3e-4` is 0.0003',
  explain: {
    title: 'a learning rate above 1',
    why: 'With AdamW, one step at rate 1 moves every weight by about 1, which destroys the model. Nothing is trained that way.',
    wrong: withSchedule('constant(peak = 3e4)'),
    right: withSchedule('constant(peak = 3e-4)'),
  },
});

export const endAbovePeak = defineRow<{ end: string; peak: string }>({
  code: 'SM5003',
  severity: 'error',
  message: ({ end, peak }) => `the schedule ends at ${end}, above its peak of ${peak}`,
  help: () => 'lower `to`, or raise `peak`',
  explain: {
    title: 'a schedule that ends above its peak',
    why: 'The peak is the highest learning rate of a schedule, which then falls to `to`. A rate that rises to the end is no schedule here.',
    wrong: withSchedule('cosine(peak = 1e-3, to = 1e-2)'),
    right: withSchedule('cosine(peak = 1e-3, to = 1e-4)'),
  },
});

export const decayNotAligned = defineRow<{
  decay: string;
  stage: string;
  start: string;
  distance: string;
  side: 'before' | 'after';
}>({
  code: 'SM3101',
  severity: 'warning',
  message: ({ decay, stage, start, distance, side }) =>
    `the learning rate decays from ${decay} on, ${distance} tokens ${side} stage \`${stage}\` starts at ${start}`,
  help: ({ stage }) => `write \`decay_from = ${stage}.start\`, or allow this with a reason`,
  explain: {
    title: 'a decay that is not aligned with the decay stage',
    why: 'The best data is kept for the decay, because what is learned at a falling rate stays. When the rate falls before or after that data begins, a part of the effect is lost, and mostly nobody meant it.',
    wrong: sampleRecipe(samplePretrain(decayStages, { schedule: 'wsd(peak = 1e-3, decay = 20%)' })),
    right: sampleRecipe(samplePretrain(decayStages, { schedule: 'wsd(peak = 1e-3, decay_from = decay.start)' })),
  },
});
