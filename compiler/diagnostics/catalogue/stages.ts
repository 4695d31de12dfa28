import { defineRow } from '../catalogue-row.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Stages and their ranges (SM3102 to SM3119; SM3101 stands with the schedule). */

const unlikeSteps = ['stage a ..(50%) { 100% web }', 'stage b { batch = 2048 tokens, 100% web }'];
const stages = (...lines: readonly string[]) => sampleRecipe(samplePretrain(lines));

export const stageGap = defineRow<{ from: string; to: string; before: string | null; after: string | null }>({
  code: 'SM3102',
  severity: 'error',
  message: ({ from, to }) => `no stage covers the tokens ${from} to ${to}`,
  label: () => 'the gap is beside this range',
  help: ({ from, to, before, after }) =>
    after === null
      ? `let stage \`${before}\` end at ${to}, or add a stage`
      : `let stage \`${after}\` start at ${from}${before === null ? '' : `, or stage \`${before}\` end at ${to}`}`,
  explain: {
    title: 'a gap between stages',
    why: 'Every token of the run belongs to one stage. In a gap it would be unknown what to train on.',
    wrong: stages('stage a 0..400k { 100% web }', 'stage b 500k..1M { 100% code }'),
    right: stages('stage a 0..500k { 100% web }', 'stage b 500k..1M { 100% code }'),
  },
});

export const stageOverlap = defineRow<{ stage: string; from: string; earlier: string; end: string }>({
  code: 'SM3103',
  severity: 'error',
  message: ({ stage, from, earlier, end }) =>
    `stage \`${stage}\` starts at ${from}, before stage \`${earlier}\` ends at ${end}`,
  help: ({ stage, end, earlier, from }) =>
    `let stage \`${stage}\` start at ${end}, or stage \`${earlier}\` end at ${from}`,
  explain: {
    title: 'stages that overlap',
    why: 'A token belongs to one stage, and a boundary to the stage that starts there. With two it would be unknown which shares hold.',
    wrong: stages('stage a 0..600k { 100% web }', 'stage b 500k..1M { 100% code }'),
    right: stages('stage a 0..500k { 100% web }', 'stage b 500k..1M { 100% code }'),
  },
});

export const stageOrder = defineRow<{ stage: string; from: string; earlier: string; earlierFrom: string }>({
  code: 'SM3104',
  severity: 'error',
  message: ({ stage, from, earlier, earlierFrom }) =>
    `stage \`${stage}\` (from ${from}) is written after stage \`${earlier}\` (from ${earlierFrom})`,
  help: () => 'write the stages in the order in which they run',
  explain: {
    title: 'stages that are not in order',
    why: 'Read top to bottom, a file tells the run; a missing start is the end of the stage above.',
    wrong: stages('stage b 500k..1M { 100% code }', 'stage a 0..500k { 100% web }'),
    right: stages('stage a 0..500k { 100% web }', 'stage b 500k..1M { 100% code }'),
  },
});

export const stageOutside = defineRow<{
  stage: string;
  edge: 'starts' | 'ends';
  at: string;
  total: string;
  isScaled: boolean;
}>({
  code: 'SM3105',
  severity: 'error',
  message: ({ stage, edge, at, total }) => `stage \`${stage}\` ${edge} at ${at}, outside a run of ${total} tokens`,
  help: ({ isScaled }) =>
    isScaled
      ? 'end the stage inside the run as written: `scaled_to` scales its positions'
      : 'end the stage inside the run, or lengthen `tokens`; to shorten a run with its stages, set `scaled_to`',
  explain: {
    title: 'a stage outside the run',
    why: 'Positions are counted in the tokens of the phase. What lies beyond its end is never reached. `scaled_to` shortens a phase together with the positions in it.',
    wrong: stages('stage a 0..2M { 100% web }'),
    right: stages('stage a 0..1M { 100% web }'),
  },
});

export const stageEmpty = defineRow<{ stage: string; from: string; to: string; isReversed: boolean }>({
  code: 'SM3106',
  severity: 'error',
  message: ({ stage, from, to, isReversed }) =>
    isReversed
      ? `stage \`${stage}\` ends at ${to}, before it starts at ${from}`
      : `stage \`${stage}\` starts and ends at ${from}`,
  help: () => 'give it an end after its start, or remove it',
  explain: {
    title: 'a stage without a token',
    why: 'A range includes its start and excludes its end, so from 500k to 500k is nothing.',
    wrong: stages('stage a ..500k { 100% web }', 'stage b 500k..500k { 100% code }', 'stage c ..1M { 100% web }'),
    right: stages('stage a ..500k { 100% web }', 'stage c ..1M { 100% web }'),
  },
});

export const sharesBesideStages = defineRow<{ block: string; stages: readonly string[] }>({
  code: 'SM3107',
  severity: 'error',
  message: ({ block, stages: names }) =>
    `${block} has shares of its own beside the stages ${names.map((name) => `\`${name}\``).join(', ')}`,
  help: () => 'move the shares into a stage: shares in the phase itself mean a single stage',
  explain: {
    title: 'shares beside stages',
    why: 'Shares directly in pretrain make up the whole phase. Beside stages it would be unknown where they hold.',
    wrong: stages('100% web', 'stage a ..1M { 100% code }'),
    right: stages('stage a ..1M { 100% code }'),
  },
});

export const stepsNotConstant = defineRow<{ stages: string }>({
  code: 'SM3108',
  severity: 'error',
  message: ({ stages: list }) =>
    `\`tokens\` in steps needs one number of tokens a step, but the stages differ: ${list}`,
  help: () => 'give `tokens` in tokens',
  explain: {
    title: 'a length in steps with steps of different sizes',
    why: 'The length of a phase is counted in tokens. Steps can stand for it only where every step has the same number of tokens.',
    wrong: sampleRecipe(samplePretrain(unlikeSteps, { tokens: '1000 steps' })),
    right: sampleRecipe(samplePretrain(unlikeSteps, { tokens: '1M' })),
  },
});

export const batchNotWhole = defineRow<{ where: string; batch: string; sequence: string; near: readonly string[] }>({
  code: 'SM3109',
  severity: 'error',
  message: ({ where, batch, sequence }) =>
    `a batch of ${batch} tokens is no whole number of sequences of ${sequence} in ${where}`,
  help: ({ near }) => `write ${near.map((value) => `\`${value}\``).join(' or ')}, or count the batch in sequences`,
  explain: {
    title: 'a batch that its sequences do not fill',
    why: 'A batch is made of whole sequences. smol does not round a batch, because the tokens of each step would change with it.',
    wrong: sampleRecipe(samplePretrain(['100% web'], { batch: '1000 tokens' })),
    right: sampleRecipe(samplePretrain(['100% web'], { batch: '1024 tokens' })),
  },
});

export const tokensPerStepChange = defineRow<{ stage: string; tokens: string; earlier: string; earlierTokens: string }>(
  {
    code: 'SM3110',
    severity: 'note',
    message: ({ stage, tokens, earlier, earlierTokens }) =>
      `a step has ${tokens} tokens in stage \`${stage}\` and ${earlierTokens} in stage \`${earlier}\``,
    help: () => 'to keep it, give the batch in tokens, or give the stage a `batch` of its own',
    explain: {
      title: 'steps of different sizes',
      why: 'With a batch counted in sequences, longer sequences make larger steps, at the same learning rate. Often that is not meant.',
      wrong: sampleRecipe(
        samplePretrain(['stage a ..500k { 100% web }', 'stage b ..1M { sequence = 256, 100% web }'], {
          batch: '8 sequences',
        }),
      ),
      right: sampleRecipe(samplePretrain(['stage a ..500k { 100% web }', 'stage b ..1M { sequence = 256, 100% web }'])),
    },
  },
);

export const stepsNearRound = defineRow<{ steps: string; size: string; exact: string; near: string; round: string }>({
  code: 'SM3111',
  severity: 'note',
  message: ({ steps, size, exact, near, round }) =>
    `${steps} steps of ${size} tokens are ${exact} tokens${near === round ? '' : ` (${near})`}, not ${round}`,
  help: ({ round }) => `if ${round} tokens are meant, write \`tokens = ${round}\`: the steps follow from it`,
  explain: {
    title: 'a number of steps that is nearly a round number of tokens',
    why: 'A length in steps is as many tokens as its steps hold, which is rarely a round number: 5,240,000 steps of 2,097,152 tokens are 10.989T, and are called 11T. Boundaries of stages counted in tokens would then lie elsewhere than in the run that was meant.',
    wrong: sampleRecipe(samplePretrain(['100% web'], { tokens: '1953 steps' })),
    right: sampleRecipe(samplePretrain(['100% web'], { tokens: '2M' })),
  },
});
