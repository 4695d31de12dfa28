import * as rows from '../../diagnostics/catalogue/import-meaning.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import {
  type ConfigSection,
  flagOf,
  leaveOut,
  nodeOf,
  type Placed,
  required,
  spanOfKey,
  textOf,
  wholeOf,
} from '../config-section.ts';
import { checkKeys, knownSection, leftOutReasons } from './config-keys.ts';
import type { ImportedSource, NanotronConfig } from './imported-run.ts';
import { readModel } from './read-model.ts';
import { readOptimizer, readRate } from './read-optimizer.ts';
import { tokenizerSource } from './read-source.ts';
import { readStages } from './read-stages.ts';

/** nanotron's DEFAULT_SEED. */
const defaultSeed = 42;

/**
 * Reads a whole configuration; what is wrong or has no words in a recipe is told through the section's notes. Null where a
 * number is missing without which nothing follows.
 */
export function readConfig(file: ConfigSection): NanotronConfig | null {
  checkKeys(file, 'file');
  const general = knownSection(file, 'general', 'general');
  const seed = wholeOf(general, 'seed', 0)?.value ?? defaultSeed;
  const machines = readMachines(file);
  const checkpoints = readCheckpoints(file);
  const tokens = readTokens(file);
  const optimizer = knownSection(file, 'optimizer', 'optimizer');
  const rate = readRate(optimizer, tokens.trainSteps?.value ?? null);
  const model = readModel(file, machines.tp, checkpoints.weights);
  const read = { ...model, optimizer: readOptimizer(optimizer, model.model.tieEmbeddings) };
  const { stages, tokenizer } = readStages(file, seed);
  const source = readTokenizer(file, tokenizer);
  const { sequence, trainSteps, microBatch, accumulation } = tokens;
  if (sequence === null || trainSteps === null || microBatch === null || accumulation === null || rate === null) {
    return null;
  }
  return {
    ...read,
    file: file.span.file,
    name: runName(general),
    seed,
    tokenizer: source,
    recompute: machines.recompute,
    resumed: checkpoints.resumed,
    rate,
    batch: microBatch.value * accumulation.value * machines.dp,
    sequence: sequence.value,
    trainSteps,
    checkpointEvery: checkpoints.every,
    stages,
    clusterWords: clusterWords(machines, microBatch.value),
  };
}

interface Machines {
  readonly dp: number;
  readonly tp: number;
  readonly pp: number;
  readonly recompute: boolean;
}

function readMachines(file: ConfigSection): Machines {
  const section = knownSection(file, 'parallelism', 'parallelism');
  const count = (key: string) => wholeOf(section, key)?.value ?? 1;
  required(section, 'dp', null);
  const [dp, tp, pp] = [count('dp'), count('tp'), count('pp')];
  // Replicas are part of the batch, which is taken over.
  for (const [key, gpus] of Object.entries({ tp, pp })) {
    if (gpus > 1) leaveOut(section.notes, leftOutReasons.machines, key, spanOfKey(section, key));
  }
  return { dp, tp, pp, recompute: flagOf(section, 'recompute_layer')?.value ?? false };
}

/** A `cluster` of the size that the file was made for; the kind of GPU and of node is a guess for its author to correct. */
function clusterWords({ dp, tp, pp }: Machines, microBatch: number): string {
  const gpus = dp * tp * pp;
  const nodes = `nodes = ${Math.ceil(gpus / 8)}, gpus_per_node = ${Math.min(8, gpus)}, gpu = h100_80gb`;
  const split = `dp = ${dp}${tp > 1 ? `, tp = ${tp}` : ''}${pp > 1 ? `, pp = ${pp}` : ''}`;
  return `cluster NAME { ${nodes}, ${split}, micro_batch = ${microBatch} sequences }`;
}

function readTokens(file: ConfigSection) {
  const section = knownSection(file, 'tokens', 'tokens');
  const needed = (key: string) => required(section, key, wholeOf(section, key));
  return {
    sequence: needed('sequence_length'),
    trainSteps: needed('train_steps'),
    microBatch: needed('micro_batch_size'),
    accumulation: needed('batch_accumulation_per_replica'),
  };
}

/** A name of the run without its marks of date and job; the project where it is none, or says no more than `pretrain`. */
function runName(general: ConfigSection): string | null {
  const run = textOf(general, 'run')?.value.replaceAll(/[_-]*%(date|jobid)/g, '') ?? '';
  const project = textOf(general, 'project')?.value ?? null;
  return run === '' || run === 'pretrain' ? project : run;
}

interface Checkpoints {
  readonly every: number | null;
  /** A checkpoint without its schedule: its weights are where a new run starts. */
  readonly weights: string | null;
  /** A checkpoint with its schedule: its run goes on. */
  readonly resumed: Placed<string> | null;
}

function readCheckpoints(file: ConfigSection): Checkpoints {
  const section = knownSection(file, 'checkpoints', 'checkpoints');
  const every = wholeOf(section, 'checkpoint_interval')?.value ?? null;
  const path = textOf(section, 'resume_checkpoint_path');
  const [schedule, state] = [flagOf(section, 'load_lr_scheduler'), flagOf(section, 'load_optimizer')];
  if (path === null) return { every, weights: null, resumed: null };
  if (schedule?.value ?? true) return { every, weights: null, resumed: path };
  if (state?.value ?? true) {
    const what = 'training starts with the optimizer state of the checkpoint (`load_optimizer`)';
    const data = { what, instead: 'starts from its weights alone', help: null };
    section.notes.collector.add(diagnose(rows.trainsOtherwise, path.span, data));
  }
  return { every, weights: path.value, resumed: null };
}

function readTokenizer(file: ConfigSection, ofData: string | null): ImportedSource | null {
  const section = knownSection(file, 'tokenizer', 'tokenizer');
  const name = textOf(section, 'tokenizer_name_or_path')?.value ?? ofData;
  const revision = nodeOf(section, 'tokenizer_revision') === null ? null : textOf(section, 'tokenizer_revision');
  return name === null ? null : tokenizerSource(name, revision?.value ?? null);
}
