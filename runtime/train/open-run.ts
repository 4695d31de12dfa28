import { readFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import type { Plan } from '../../compiler/plan/index.ts';
import { type DataRecord, readDataRecord, refuseChangedData } from '../run-folder/data-record.ts';
import { writeFileDurably } from '../run-folder/durable-file.ts';
import { recordedPlan, startedRuns } from '../run-folder/find-run.ts';
import { lockRunFolder } from '../run-folder/folder-lock.ts';
import { makeFolders } from '../run-folder/make-folders.ts';
import { readRunPlan } from '../run-folder/read-run-plan.ts';
import { createNextRunFolder, createRunFolderAt, type RunFolder } from '../run-folder/run-folder.ts';
import { requireWholeLog } from '../run-folder/step-log.ts';
import type { EngineIdentity } from './run-engine.ts';
import { RunError } from './run-error.ts';
import type { RunOptions } from './run-options.ts';

/** A run folder that is this process's alone until `release`. */
export interface OpenRun {
  readonly folder: RunFolder;
  readonly resumed: boolean;
  /** The engine that the run was started with; null for a new run or when it is not known. */
  readonly startedWith: string | null;
  readonly release: () => void;
}

type OpenOptions = Pick<RunOptions, 'plan' | 'planText' | 'runFolder' | 'runsFolder' | 'resume' | 'edit' | 'version'>;

/** Files that a new run folder gets besides the plan. */
export interface RunFacts {
  readonly engine: string;
  readonly compiled: boolean;
  readonly identity: EngineIdentity;
  /** The memory that the programs are laid out for. */
  readonly memoryBytes: number;
  readonly data: DataRecord;
  /** `tokenizer.json` and what belongs to it, by name. */
  readonly tokenizerFiles: Readonly<Record<string, Uint8Array>>;
}

/**
 * The folder to resume: the one that was asked for, or the newest of the recipe's whose plan is this one, or the one that
 * this one was edited from.
 * Throws `RunError` when there is none, or when it was started from another plan.
 */
export function findRunToResume(options: OpenOptions): RunFolder {
  const started = startedRuns(options);
  const wanted = options.edit?.from ?? options.plan.hash;
  const found = started.find((folder) => recordedPlan(folder)?.hash === wanted);
  if (!found) throw otherPlan(started[0]!, options.plan);
  return found;
}

/**
 * Opens the folder of a run under its lock: makes a new one with plan, data record and tokenizer, or checks that an old one
 * was started from this plan and this data. Throws `RunError`.
 */
export async function openRun(options: OpenOptions, facts: RunFacts): Promise<OpenRun> {
  if (options.resume) return reopen(findRunToResume(options), facts.data, Boolean(options.edit));
  const { runFolder, runsFolder, plan } = options;
  const folder = runFolder === null ? createNextRunFolder(runsFolder, plan.recipe) : createRunFolderAt(runFolder);
  const release = lockRunFolder(folder.path);
  try {
    await fillFolder(folder, options, facts);
    return { folder, resumed: false, startedWith: null, release };
  } catch (error) {
    release();
    throw error;
  }
}

function reopen(folder: RunFolder, data: DataRecord, isEdited: boolean): OpenRun {
  const release = lockRunFolder(folder.path);
  try {
    refuseChangedData(readDataRecord(folder.data), data, isEdited);
    for (const log of [folder.metrics, folder.heldOut, folder.evaluations, folder.timings]) requireWholeLog(log);
    rmSync(folder.fault, { force: true });
    return { folder, resumed: true, startedWith: recordedEngine(folder.run), release };
  } catch (error) {
    release();
    throw error;
  }
}

/** The plan comes last: a folder without one was never started. */
async function fillFolder(folder: RunFolder, options: OpenOptions, facts: RunFacts): Promise<void> {
  makeFolders(folder.checkpoints);
  for (const [name, bytes] of Object.entries(facts.tokenizerFiles)) {
    await writeFileDurably(`${folder.path}/${name}`, bytes);
  }
  await writeFileDurably(folder.data, jsonText(facts.data));
  await writeFileDurably(folder.run, jsonText(runRecord(options, facts)));
  await writeFileDurably(folder.plan, options.planText);
}

function runRecord({ plan, version }: OpenOptions, { engine, compiled, identity, memoryBytes }: RunFacts): object {
  return {
    format: 1,
    recipe: plan.recipe,
    plan: plan.hash,
    engine,
    compiled,
    memory_bytes: memoryBytes,
    device: identity.device,
    versions: { smol: version, node: process.version, [identity.library]: identity.version },
  };
}

/** The memory that a run's programs were laid out for when it was started; null when it is not known. */
export function recordedMemory(folder: RunFolder): number | null {
  const { memory_bytes } = readRecord(folder.run);
  return typeof memory_bytes === 'number' && memory_bytes > 0 ? memory_bytes : null;
}

function recordedEngine(path: string): string | null {
  const { engine } = readRecord(path);
  return typeof engine === 'string' ? engine : null;
}

function readRecord(path: string): { readonly engine?: unknown; readonly memory_bytes?: unknown } {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as object | null) ?? {};
  } catch {
    return {};
  }
}

function otherPlan(folder: RunFolder, plan: Plan): RunError {
  const recorded = readRunPlan(folder);
  const how = (of: Plan) => [
    ...(of.profile === null ? [] : [`--profile ${of.profile}`]),
    ...of.settings.map((setting) => `--set ${setting}`),
  ];
  const given = how(recorded).join(' ');
  const hint =
    given === how(plan).join(' ')
      ? 'bring the recipe back to what it was'
      : `resume it with \`${given || 'no profile or setting'}\``;
  return new RunError(
    `\`${folder.path}\` was started from plan ${recorded.hash.slice(0, 8)}, and this recipe now gives plan ` +
      `${plan.hash.slice(0, 8)}: the rest would not be the same run`,
    { help: `${hint} (its plan.json says it all), or start a new run without \`--resume\`` },
  );
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
