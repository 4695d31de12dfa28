import { readFileSync, statSync } from 'node:fs';
import { runFolderAt } from '../../run-folder/run-folder.ts';
import { readStepLog, type StepLine } from '../../run-folder/step-log.ts';
import { RunError } from '../../train/run-error.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import type { TaskResult } from './task-result.ts';

/** What `smol evaluate --format json` writes. */
export interface EvaluationDocument {
  readonly format: 1;
  readonly model: {
    readonly name: string;
    /** null for a model that is not of a run. */
    readonly step: number | null;
    readonly plan: string | null;
    readonly parameters: number;
    /** SHA-256 of its tokenizer's file. */
    readonly tokenizer: string;
  };
  readonly results: readonly TaskResult[];
}

/** Canonical JSON, indented: sorted keys, no time, no absolute path. */
export function printEvaluation(document: EvaluationDocument): string {
  return `${canonicalJson(document as unknown as Json, 2)}\n`;
}

/**
 * The results in a file that `printEvaluation` wrote, or the newest of each task in a run folder. Throws RunError where there are
 * none.
 */
export function readResults(path: string, name: string): readonly TaskResult[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return readEvaluation(path, name).results;
  const lines = readStepLog<TaskResult & StepLine>(runFolderAt(path).evaluations);
  if (lines.length === 0 || !lines.every(isResult)) {
    throw new RunError(`\`${name}\` has no results of evaluations`, {
      help: 'name a run whose recipe has an `evaluate` block, or what `smol evaluate RUN --task … --format json` writes',
    });
  }
  return [...new Map(lines.map((line) => [line.task, line])).values()];
}

function readEvaluation(path: string, name: string): EvaluationDocument {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw notOne(name, (error as Error).message.split('\n')[0]!);
  }
  const { format, results } = (document ?? {}) as Partial<EvaluationDocument>;
  if (format !== 1 || !Array.isArray(results) || !results.every(isResult)) throw notOne(name, 'it has no results');
  return document as EvaluationDocument;
}

function isResult(value: unknown): value is TaskResult {
  const { task, settings, metrics, primary, items } = (value ?? {}) as Partial<TaskResult>;
  const isObject = (each: unknown) => typeof each === 'object' && each !== null;
  if (typeof task !== 'string' || typeof primary !== 'string' || typeof items !== 'number') return false;
  if (!isObject(settings) || !isObject(metrics) || !Object.hasOwn(metrics!, primary)) return false;
  const { value: number, standard_error: error } = metrics![primary]!;
  return typeof number === 'number' && (error === null || typeof error === 'number');
}

function notOne(name: string, why: string): RunError {
  return new RunError(`\`${name}\` is not an evaluation: ${why}`, {
    help: 'write one with `smol evaluate MODEL --task … --format json > FILE`',
  });
}
