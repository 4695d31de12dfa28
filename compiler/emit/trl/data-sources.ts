import { numberOfExact } from '../../plan/exact.ts';
import { sourceDatasets } from '../../plan/source-datasets.ts';
import type { Plan, PlanDataset, PlanRowFormat } from '../../plan/types.ts';
import type { TunedRun } from './tuned-run.ts';

/** Rows that prepare.py loads: how `datasets.load_dataset` is called, and how many of them are taken. */
export interface LoadedRows {
  readonly load: {
    readonly path: string;
    readonly name?: string;
    readonly revision?: string;
    readonly data_files?: readonly string[];
    readonly split: string;
  };
  readonly format: PlanRowFormat;
  /** Rows left out at the start of the seeded order. */
  readonly holdout: number;
  /** `all`, a number, or a part of them as an exact text. */
  readonly take: string | number;
}

/** A dataset of a mixture: its rows, and how many of all of them are its share; null for what it has. */
export interface MixedRows {
  readonly dataset: string;
  readonly rows: number | null;
  readonly from: readonly LoadedRows[];
}

/** What a run trains on, down to repositories and files. */
export function dataSources(plan: Plan, { phase }: TunedRun, recipeFolder: string): readonly MixedRows[] {
  const { data, batch_sequences: batch } = phase.tuning;
  const total = phase.steps * batch;
  return data.map(({ dataset, share }) => ({
    dataset,
    rows: data.length === 1 ? null : Math.round(numberOfExact(share) * total),
    from: loadedRows(plan, datasetOf(plan, dataset), 'all', recipeFolder),
  }));
}

/** All datasets that a run reads, the ones that others are made of among them. */
export function readDatasets(plan: Plan, { phase }: TunedRun): readonly PlanDataset[] {
  const below = (name: string): readonly PlanDataset[] => {
    const dataset = datasetOf(plan, name);
    return [dataset, ...sourceDatasets(dataset.source).flatMap(below)];
  };
  return [...new Set(phase.tuning.data.flatMap(({ dataset }) => below(dataset)))];
}

function loadedRows(plan: Plan, dataset: PlanDataset, take: string | number, folder: string): readonly LoadedRows[] {
  const { source, format, holdout_rows: holdout } = dataset;
  switch (source.kind) {
    case 'hf': {
      const load = {
        path: source.repository,
        ...(source.config === null ? {} : { name: source.config }),
        ...(source.revision === null ? {} : { revision: source.revision }),
        split: source.split ?? 'train',
      };
      return [{ load, format, holdout, take }];
    }
    case 'local': {
      const load = {
        path: loaderOf(source.paths),
        data_files: source.paths.map((path) => `${folder}${path}`),
        split: 'train',
      };
      return [{ load, format, holdout, take }];
    }
    case 'takes':
      return source.takes.flatMap((each) => loadedRows(plan, datasetOf(plan, each.dataset), each.asked, folder));
    case 'dataset':
      return loadedRows(plan, datasetOf(plan, source.dataset), take, folder);
    case 'generate':
      return [];
  }
}

function loaderOf(paths: readonly string[]): string {
  return paths.every((path) => path.endsWith('.parquet')) ? 'parquet' : 'json';
}

function datasetOf(plan: Plan, name: string): PlanDataset {
  return plan.datasets.find((dataset) => dataset.name === name)!;
}
