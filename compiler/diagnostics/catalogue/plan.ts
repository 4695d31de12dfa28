import { formatCount, formatEpochs, formatSteps, formatTokens } from '../../report/format-number.ts';
import { defineRow } from '../catalogue-row.ts';
import { sampleCode, sampleHeader, sampleModel, samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** What only the plan can tell, since it needs steps and exact counts. */

const halves = ['50% web', '50% code'];
const sizedWeb = (attributes: string) =>
  `dataset web { source = local("web/*.jsonl"), domain = web${attributes === '' ? '' : `, ${attributes}`} }\n`;
const withWeb = (attributes: string, pretrain: string) =>
  [sampleHeader, sizedWeb(attributes) + sampleCode, sampleModel(), pretrain].join('\n');
const schedule = (warmup: string, decay: string) => ({
  schedule: `wsd(peak = 1e-3, warmup = ${warmup}, decay = ${decay})`,
});

/** A number of steps with the tokens they train; null where these are not known. */
export interface StepsAndTokens {
  readonly steps: number;
  readonly tokens: number | null;
}

const inFull = ({ steps, tokens }: StepsAndTokens) =>
  `${formatSteps(steps)}${tokens === null ? '' : ` (${formatTokens(tokens)} tokens)`}`;

export const stageWithoutStep = defineRow<{
  stage: string;
  tokens: number;
  tokensPerStep: number;
  scaled: boolean;
}>({
  code: 'SM3201',
  severity: 'error',
  message: ({ stage, tokens, tokensPerStep }) =>
    `stage \`${stage}\` has ${formatTokens(tokens)} tokens left, less than half a step of ${formatTokens(tokensPerStep)}`,
  help: ({ scaled }) =>
    scaled ? 'raise `scaled_to`, or make the batch smaller' : 'give the stage more tokens, or make the batch smaller',
  explain: {
    title: 'a stage without a step',
    why: 'A stage runs in whole steps of batch tokens. One that is shorter than half a step would not run at all.',
    wrong: sampleRecipe(samplePretrain(['stage a 0..999_999 { 100% web }', 'stage b 999_999..1M { 100% code }'])),
    right: sampleRecipe(samplePretrain(['stage a 0..900k { 100% web }', 'stage b 900k..1M { 100% code }'])),
  },
});

export const warmupBeyondRun = defineRow<{ warmup: StepsAndTokens; run: StepsAndTokens }>({
  code: 'SM5101',
  severity: 'error',
  message: ({ warmup, run }) => `the warm-up has ${inFull(warmup)}, but the run has ${inFull(run)}`,
  help: () => 'make the warm-up shorter than the run',
  explain: {
    title: 'a warm-up longer than the run',
    why: 'The peak learning rate would never be reached. Other systems cut the warm-up without a word; smol does not.',
    wrong: sampleRecipe(samplePretrain(halves, schedule('2000 steps', '0%'))),
    right: sampleRecipe(samplePretrain(halves, schedule('100 steps', '0%'))),
  },
});

export const warmupMeetsDecay = defineRow<{ warmup: StepsAndTokens; decay: StepsAndTokens; run: StepsAndTokens }>({
  code: 'SM5102',
  severity: 'error',
  message: ({ warmup, decay, run }) =>
    `a warm-up of ${inFull(warmup)} and a decay from step ${formatCount(decay.steps)} overlap in a run of ${inFull(run)}`,
  help: () => 'shorten one of the two: the decay must start where the warm-up has ended, or later',
  explain: {
    title: 'warm-up and decay overlap',
    why: 'A step cannot be in both. Where the two were clamped or subtracted from each other, the rate would be another than the one written.',
    wrong: sampleRecipe(samplePretrain(halves, schedule('40%', '70%'))),
    right: sampleRecipe(samplePretrain(halves, schedule('20%', '70%'))),
  },
});

export const decayBeyondRun = defineRow<{ end: StepsAndTokens; run: StepsAndTokens }>({
  code: 'SM5103',
  severity: 'error',
  message: ({ end, run }) =>
    `the decay reaches beyond the run: it ends at step ${formatCount(end.steps)}, the run at step ${formatCount(run.steps)}`,
  help: () => 'start the decay inside the run',
  explain: {
    title: 'a decay outside the run',
    why: 'The learning rate would never reach the end value that the schedule promises.',
    wrong: sampleRecipe(
      samplePretrain(halves, { schedule: 'wsd(peak = 1e-3, warmup = 10 steps, decay_from = 5000 steps)' }),
    ),
    right: sampleRecipe(
      samplePretrain(halves, { schedule: 'wsd(peak = 1e-3, warmup = 10 steps, decay_from = 500 steps)' }),
    ),
  },
});

export const warmupIsRun = defineRow<{ run: StepsAndTokens }>({
  code: 'SM5104',
  severity: 'warning',
  message: ({ run }) => `the warm-up lasts the whole run of ${inFull(run)}: the peak is reached only at the last step`,
  help: () => 'shorten the warm-up',
  explain: {
    title: 'a warm-up as long as the run',
    why: 'It is possible, and seldom meant: every step but the last runs below the peak.',
    wrong: sampleRecipe(samplePretrain(halves, { schedule: 'constant(peak = 1e-3, warmup = 100%)' })),
    right: sampleRecipe(samplePretrain(halves, { schedule: 'constant(peak = 1e-3, warmup = 10%)' })),
  },
});

export const intervalBeyondRun = defineRow<{ interval: number; run: StepsAndTokens }>({
  code: 'SM5105',
  severity: 'note',
  message: ({ interval, run }) =>
    `a checkpoint every ${formatCount(interval)} steps falls outside a run of ${inFull(run)}: only the final one is written`,
  help: () => 'shorten the interval if an interrupted run should be able to go on',
  explain: {
    title: 'a checkpoint interval longer than the run',
    why: 'Intervals are not scaled with a profile, since they protect time, not tokens. The final checkpoint is always written.',
    wrong: sampleRecipe(samplePretrain(['checkpoint = every(5000 steps)', ...halves])),
    right: sampleRecipe(samplePretrain(['checkpoint = every(100 steps)', ...halves])),
  },
});

/** What a dataset gives up to the end of the run. */
export interface Repetition {
  readonly dataset: string;
  readonly size: number;
  readonly epochs: number;
  readonly limit: number;
  /** The smallest whole limit that would not be passed. */
  readonly enough: number;
  /** Where the limit's last epoch ends. */
  readonly at: { readonly tokens: number; readonly step: number; readonly phase: string | null } | null;
  /** Where its shares ask for no more than it may give, and only whole steps and sequences do: what would end it there. */
  readonly rounded: { readonly excess: number; readonly way: 'redistribute' | 'stop' } | null;
}

const where = (at: NonNullable<Repetition['at']>) =>
  `${formatTokens(at.tokens)} tokens (step ${formatCount(at.step)}${at.phase === null ? '' : ` of \`${at.phase}\``})`;

export const readTooOften = defineRow<Repetition>({
  code: 'SM6004',
  severity: 'warning',
  message: ({ dataset, size, epochs, limit }) =>
    `\`${dataset}\` (${formatTokens(size)} tokens) is read ${formatEpochs(epochs)} times, above its limit of ${limit}`,
  notes: ({ limit, at }) =>
    at === null ? [] : [`${limit === 1 ? '1 epoch ends' : `${limit} epochs end`} at ${where(at)}`],
  help: ({ enough }) => `lower the share, add data, or accept it: \`repeat = ${enough} epochs\` in the dataset`,
  explain: {
    title: 'a dataset is read more often than its limit',
    why: 'Repeated text teaches less each time: up to about four or five epochs cost little (Muennighoff et al. 2023). Epochs are counted over all stages, and for a derived dataset also against the one it comes from.',
    wrong: withWeb('size = 50k tokens', samplePretrain(halves)),
    right: withWeb('size = 50k tokens, repeat = 10 epochs', samplePretrain(halves)),
  },
});

export const repeatedNever = defineRow<Repetition>({
  code: 'SM6103',
  severity: 'error',
  message: ({ dataset, size, epochs, limit }) => {
    const most = limit === 1 ? 'may not be repeated' : `may be read ${limit} times`;
    return `\`${dataset}\` (${formatTokens(size)} tokens) ${most}, but is read ${formatEpochs(epochs)} times`;
  },
  notes: ({ at, rounded }) => [
    ...(at === null ? [] : [`it runs out at ${where(at)}`]),
    ...(rounded === null
      ? []
      : [
          `its share, as one of \`once\`, is no more than it has; whole steps and sequences make it ${formatCount(rounded.excess)} tokens more`,
        ]),
  ],
  help: ({ enough, rounded }) =>
    rounded !== null
      ? rounded.way === 'redistribute'
        ? 'let it end with the last step that it fills, and the others take the rest: `on_exhaustion = redistribute` in the dataset'
        : 'let the phase end with the last step that it fills: `on_exhaustion = stop` in the dataset'
      : `lower the share, add data, allow repetition (\`repeat = ${enough} epochs\` in the dataset), or say what happens there: \`on_exhaustion = redistribute\` or \`stop\``,
  explain: {
    title: 'a dataset that must not be repeated runs out',
    why: 'With `repeat = never` a second epoch is an error, said before the run with the place where the data ends, not after days of training.',
    wrong: withWeb('size = 50k tokens, repeat = never', samplePretrain(halves)),
    right: withWeb('size = 5M tokens, repeat = never', samplePretrain(halves)),
  },
});

export const lessThanOneSequence = defineRow<{ dataset: string; stage: string; expected: number; sequence: number }>({
  code: 'SM6101',
  severity: 'warning',
  message: ({ dataset, stage, expected, sequence }) =>
    `\`${dataset}\` is expected to give ${Number(expected.toPrecision(2))} sequences of ${formatCount(sequence)} tokens to stage \`${stage}\`, less than one`,
  help: () => 'raise its share, make the stage longer, or leave it out',
  explain: {
    title: 'a share too small to be read',
    why: 'A dataset is read in whole sequences. With less than one expected, it may never be read in that stage.',
    wrong: sampleRecipe(samplePretrain(['99.99% web', '0.01% code'])),
    right: sampleRecipe(samplePretrain(['99% web', '1% code'])),
  },
});

export const smallerThanSequence = defineRow<{ dataset: string; size: number; sequence: number }>({
  code: 'SM6109',
  severity: 'error',
  message: ({ dataset, size, sequence }) =>
    `\`${dataset}\` has ${formatCount(size)} tokens, less than a sequence of ${formatCount(sequence)} and the token after it`,
  help: () => 'add data, shorten the sequence, or put it together with another dataset in one `local(…)`',
  explain: {
    title: 'a dataset smaller than a sequence',
    why: 'A dataset is read in windows of a sequence and the token that follows. One that fills none cannot be read; a run would refuse it once it is counted.',
    wrong: withWeb('size = 100 tokens, repeat = 1M epochs', samplePretrain(halves)),
    right: withWeb('size = 100k tokens, repeat = 1M epochs', samplePretrain(halves)),
  },
});

export const unknownSize = defineRow<{ datasets: readonly string[] }>({
  code: 'SM6102',
  severity: 'note',
  message: ({ datasets }) =>
    datasets.length === 1
      ? `the size of \`${datasets[0]}\` is unknown: its epochs cannot be planned`
      : `the sizes of ${datasets.length} datasets are unknown: their epochs cannot be planned`,
  help: () => 'state a size (`size = 1.2B tokens`), or let `smol lock` count it',
  explain: {
    title: 'a dataset of unknown size',
    why: 'Planning reads no data. Without a stated size, the plan has the tokens that are read, but not how often.',
    wrong: withWeb('', samplePretrain(['100% web'])).replace(sampleCode, ''),
    right: withWeb('size = 5M tokens', samplePretrain(['100% web'])).replace(sampleCode, ''),
  },
});

const chats = (size: string) => `dataset chats { source = local("chats/*.jsonl")${size} }`;
const withSft = (size: string) =>
  `${[
    sampleRecipe(samplePretrain(halves)),
    chats(size),
    'sft { data = chats, epochs = 2, schedule = cosine(peak = 1e-4, warmup = 10%) }',
  ].join('\n')}\n`;

export const rowsUnknown = defineRow<{ phase: string; dataset: string; packed: boolean }>({
  code: 'SM5106',
  severity: 'error',
  message: ({ phase, dataset, packed }) =>
    `the steps of \`${phase}\` follow from the ${packed ? 'tokens' : 'rows'} of \`${dataset}\`, and these are unknown`,
  help: ({ dataset, packed }) =>
    `state how many there are in dataset \`${dataset}\`: \`size = ${packed ? '50M tokens' : '10_000 rows'}\`, or give the phase \`steps\``,
  explain: {
    title: 'epochs over rows that nobody has counted',
    why: 'Steps are rows times epochs over the batch, and the schedule counts in steps. Planning reads no data, so the rows of a dataset have to be stated; those of a dataset made with `take` follow from its takes where each says a number, or the size of what it takes from is known.',
    wrong: withSft(''),
    right: withSft(', size = 10_000 rows'),
  },
});

const ramped = (first: string, second: string) =>
  sampleRecipe(samplePretrain([`stage a 0..500k {\n${first}100% web\n}`, `stage b 500k..1M {\n${second}100% code\n}`]));

export const rampBeyondStage = defineRow<{ stage: string; ramp: number; steps: number }>({
  code: 'SM5107',
  severity: 'error',
  message: ({ stage, ramp, steps }) =>
    `the ramp of stage \`${stage}\` has ${formatCount(ramp)} steps, but the stage has ${formatCount(steps)}`,
  help: () => 'shorten the ramp, or make the stage longer',
  explain: {
    title: 'a ramp longer than its stage',
    why: 'A ramp moves the shares from those of the stage before to those of its own, which the stage would never reach.',
    wrong: ramped('', 'ramp = 600k tokens\n'),
    right: ramped('', 'ramp = 200k tokens\n'),
  },
});

export const rampFromNothing = defineRow<{ stage: string }>({
  code: 'SM5108',
  severity: 'error',
  message: ({ stage }) => `stage \`${stage}\` has a ramp, but no stage before it`,
  help: () => 'leave the ramp out: the first stage starts with its own shares',
  explain: {
    title: 'a ramp in the first stage',
    why: 'A ramp moves the shares from those of the stage before. The first stage has none.',
    wrong: ramped('ramp = 200k tokens\n', ''),
    right: ramped('', 'ramp = 200k tokens\n'),
  },
});

const onGpus = (batch: string, cluster: string) =>
  `${sampleRecipe(samplePretrain(halves, { batch, tokens: '200M' }))}\ncluster one { nodes = 1, gpus_per_node = 1, gpu = rtx_4090_24gb, ${cluster} }\n`;

export const gpuTooSmall = defineRow<{ needed: string; gpu: string; has: string; largest: string; recompute: boolean }>(
  {
    code: 'SM7001',
    severity: 'warning',
    message: ({ needed, gpu, has, largest }) =>
      `the run needs about ${needed} a GPU, most of it for ${largest}, but a \`${gpu}\` has ${has}`,
    help: ({ recompute }) =>
      `lower \`micro_batch\`, ${recompute ? '' : 'write `recompute = layer` in the phase, '}or split the model over more GPUs with \`tp\` or \`pp\``,
    explain: {
      title: 'a run that does not fit its GPUs',
      why: 'Weights, gradients, optimizer, activations and logits of the largest step are more than a GPU has. The estimate leaves out what the framework itself takes, so that the run would fail sooner still.',
      wrong: onGpus('8000 sequences', 'micro_batch = 8000 sequences'),
      right: onGpus('8000 sequences', 'micro_batch = 8 sequences'),
    },
  },
);
