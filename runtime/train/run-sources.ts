import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, win32 } from 'node:path';
import type { Plan, PlanDataset, PlanModel, PlanSource } from '../../compiler/plan/index.ts';
import { datasetsBehind } from '../data/derive/datasets-behind.ts';
import { hasWiderBounds, isWithinBounds } from '../data/sources/folder-bounds.ts';
import type { HubFiles } from '../data/sources/hub-files.ts';
import type { LocalFile } from '../data/sources/local-files.ts';
import { type FetchTaskData, fetchTaskData, type HubTaskData } from '../evaluate/task/fetch-task-data.ts';
import type { ModelFolder } from '../export/model-folder.ts';
import { openModel } from '../export/open-model.ts';
import { openModelFolder } from '../export/open-model-folder.ts';
import type { StoredModel } from '../export/stored-model.ts';
import { type FetchedDataset, fetchDataset } from '../hub/fetch-dataset.ts';
import { fetchModel, fetchTokenizer } from '../hub/fetch-model.ts';
import type { HubAccess } from '../hub/hub-access.ts';
import { makeFolders } from '../run-folder/make-folders.ts';
import { openRunCheckpoint, type RunCheckpoint } from '../run-folder/open-run-checkpoint.ts';
import type { StartRecord } from '../run-folder/start-record.ts';
import { RunError } from './run-error.ts';
import type { RunPhase } from './run-phases.ts';
import { storedTokenizer } from './stored-tokenizer.ts';
import { runFolderTokenizer } from './tokenizer-files.ts';

/** A repository on the hub that a run reads, and the commit that its revision was when the run began. */
export interface HubCommit {
  /** `owner/name` of a model, `datasets/owner/name` of a dataset. */
  readonly repository: string;
  /** As the recipe has it; null for the main branch. */
  readonly revision: string | null;
  readonly commit: string;
}

/** What a run reads besides its local datasets, wherever it comes from. */
export interface RunSources {
  /** The tokenizer's local files: those of the recipe, or copies of the hub's. */
  readonly tokenizer: { readonly source: PlanSource; readonly folder: string };
  /** By the name of a phase: the model whose weights it starts from. */
  readonly starts: ReadonlyMap<string, StoredModel>;
  /** Checkpoints of other runs among them. */
  readonly checkpoints: readonly RunCheckpoint[];
  /** Files of the datasets on the hub that the phases read. */
  readonly datasets: HubFiles;
  /** Gives the data of evaluations that are on the hub. */
  readonly taskData: FetchTaskData;
  /** Of the hub's repositories among them, for the run's record. */
  readonly commits: readonly HubCommit[];
}

export interface SourceOptions {
  readonly recipeFolder: string;
  readonly cacheFolder: string;
  /** Commits of the run that is resumed: a branch that has moved since does not move it. */
  readonly recorded: readonly HubCommit[];
  /** Checkpoints of other runs that the run that is resumed started from. */
  readonly recordedStarts?: readonly StartRecord[];
  readonly hub: HubAccess;
  /** What the evaluations to be made read on the hub. */
  readonly taskData: readonly HubTaskData[];
}

/**
 * Opens what the phases of a plan start from, and its tokenizer; what is on the hub is fetched. Nothing has begun then: a model
 * that does not fit the recipe's is refused here. Throws `RunError`, `ModelFileError` or `HubError`.
 */
export async function openRunSources(
  plan: Plan,
  phases: readonly RunPhase[],
  options: SourceOptions,
): Promise<RunSources> {
  const commits: HubCommit[] = [];
  const note = (source: HubSource, commit: string) => {
    const { repository, revision } = source;
    if (!commits.some((each) => isOf(each, source))) commits.push({ repository, revision, commit });
  };
  const pinned = (source: HubSource) =>
    [...options.recorded, ...commits].find((each) => isOf(each, source))?.commit ?? source.revision;
  const tokenizer = await tokenizerPlace(plan.tokenizer, options, pinned, note);
  const starts = new Map<string, StoredModel>();
  const checkpoints: RunCheckpoint[] = [];
  for (const { phase } of phases) {
    const { from, name } = phase;
    if (from.kind !== 'weights' && from.kind !== 'checkpoint') continue;
    let model: StoredModel;
    if (from.kind === 'weights') model = await openStart(name, from.source, options, pinned, note);
    else {
      const checkpoint = await openCheckpoint(name, from.path, options);
      checkpoints.push(checkpoint);
      model = checkpoint;
    }
    requireSameModel(name, plan.model, model);
    starts.set(name, model);
  }
  const datasets = new Map<string, readonly LocalFile[]>();
  for (const { id, source } of datasetsRead(plan, phases)) {
    if (source.kind !== 'hf') continue;
    const named = { ...source, repository: `datasets/${source.repository}` };
    const { files, commit } = await fetchDataset(options.hub, source.repository, pinned(named), source);
    note(named, commit);
    datasets.set(id, files);
  }
  const taskData = await fetchTasks(options, pinned, note);
  return { tokenizer, starts, checkpoints, datasets, taskData, commits };
}

async function fetchTasks({ hub, taskData }: SourceOptions, pinned: Pinned, note: Note): Promise<FetchTaskData> {
  const fetched = new Map<string, FetchedDataset>();
  for (const data of taskData) {
    const { hf, revision = null, config = null, split = null } = data;
    const source: HubSource = { kind: 'hf', repository: `datasets/${hf}`, config, split, revision };
    const found = await fetchTaskData(hub, data, pinned(source));
    note(source, found.commit);
    fetched.set(JSON.stringify(data), found);
  }
  return async (data) => fetched.get(JSON.stringify(data)) ?? fetchTaskData(hub, data, null);
}

/** Datasets that the phases read, through takes and steps too, each once. */
export function datasetsRead(plan: Pick<Plan, 'datasets'>, phases: readonly RunPhase[]): readonly PlanDataset[] {
  const ids = new Set(
    phases.flatMap(({ phase }) => phase.segments.flatMap(({ shares }) => shares)).map((each) => each.dataset_id),
  );
  const read = plan.datasets.filter(({ id }) => ids.has(id)).flatMap((each) => datasetsBehind(each, plan.datasets));
  return [...new Map(read.map((dataset) => [dataset.id, dataset])).values()];
}

type HubSource = Extract<PlanSource, { kind: 'hf' }>;
type Pinned = (source: HubSource) => string | null;
type Note = (source: HubSource, commit: string) => void;

function isOf(commit: HubCommit, { repository, revision }: HubSource): boolean {
  return commit.repository === repository && commit.revision === revision;
}

async function tokenizerPlace(
  source: PlanSource,
  { recipeFolder, cacheFolder, hub }: SourceOptions,
  pinned: Pinned,
  note: Note,
): Promise<RunSources['tokenizer']> {
  if (source.kind === 'local' && source.paths.length === 1 && source.paths[0]!.endsWith('.gguf')) {
    const [path] = source.paths as [string];
    return storedTokenizer(
      await openModel(insideFolder('the tokenizer', path, recipeFolder), path, recipeFolder),
      cacheFolder,
    );
  }
  if (source.kind !== 'hf') return { source, folder: recipeFolder };
  const { folder, commit } = await fetchTokenizer(hub, source.repository, pinned(source));
  note(source, commit);
  // The hub's cache holds links to where the bytes are, and links out of a folder are not followed: copies, then.
  const copies = join(cacheFolder, 'tokenizers', source.repository, commit);
  makeFolders(copies);
  copyFiles(folder, copies, ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']);
  return { source: runFolderTokenizer, folder: copies };
}

function copyFiles(from: ModelFolder, to: string, names: readonly string[]): void {
  for (const name of names) {
    const path = from.file(name);
    if (path !== null) writeFileSync(join(to, name), readFileSync(path));
  }
}

async function openStart(
  phase: string,
  source: PlanSource,
  options: SourceOptions,
  pinned: Pinned,
  note: Note,
): Promise<StoredModel> {
  if (source.kind === 'hf') {
    const { folder, commit } = await fetchModel(options.hub, source.repository, pinned(source));
    note(source, commit);
    return openModelFolder(folder);
  }
  const [path, second] = source.kind === 'local' ? source.paths : [];
  if (path === undefined || second !== undefined) {
    throw new RunError(`\`from\` of phase \`${phase}\` is not one model`, {
      help: 'name one folder or `.gguf` file: `from = local("model")`',
    });
  }
  return openModel(
    insideFolder(`\`from\` of phase \`${phase}\``, path, options.recipeFolder),
    path,
    options.recipeFolder,
  );
}

function openCheckpoint(
  phase: string,
  written: string,
  { recipeFolder, recordedStarts = [] }: SourceOptions,
): Promise<RunCheckpoint> {
  return openRunCheckpoint({
    path: insideFolder(phase, written, recipeFolder),
    written,
    recorded: recordedStarts.find(({ path }) => path === written) ?? null,
    mayRead: (real) => isWithinBounds(real, recipeFolder),
  });
}

/** The absolute path of what a recipe names. Throws `RunError` for a path that leaves the recipe's folder. */
function insideFolder(what: string, path: string, recipeFolder: string): string {
  const leaves = new RunError(`${what}: \`${path}\` leaves the recipe's folder`, {
    help: 'copy the model into it, or allow a wider folder: `--root FOLDER`',
  });
  const climbs = path.split('/').includes('..') && !hasWiderBounds(recipeFolder);
  if (isAbsolute(path) || win32.isAbsolute(path) || climbs) throw leaves;
  const written = join(recipeFolder, path);
  if (!existsSync(written)) return written;
  if (!isWithinBounds(realpathSync(written), recipeFolder)) throw leaves;
  return written;
}

const compared = [
  'layers',
  'hidden',
  'ffn',
  'heads',
  'kv_heads',
  'head_size',
  'vocab',
  'rope_theta',
  'norm_eps',
  'tie_embeddings',
] as const satisfies readonly (keyof PlanModel)[];

/** The recipe's model is the one that is trained: weights of another would be computed with wrongly. `context` may be extended. */
function requireSameModel(phase: string, model: PlanModel, { name, model: stored }: StoredModel): void {
  const different = compared.filter((field) => model[field] !== stored[field]);
  if (different.length === 0) return;
  const said = different.map((field) => `${field} ${stored[field]} there and ${model[field]} in the recipe`).join(', ');
  throw new RunError(`phase \`${phase}\` starts from \`${name}\`, which is another model: ${said}`, {
    help: 'write what the model has in the recipe’s `model` block; a larger `rope_theta` belongs to a stage',
  });
}
