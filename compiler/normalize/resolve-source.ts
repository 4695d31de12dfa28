import { type Span, vocabulary } from '../../grammar/index.ts';
import type { CallValue } from '../bind/value.ts';
import * as rows from '../diagnostics/catalogue/data.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { type Reading, readArgument } from './read-value.ts';
import type { ResolvedSource } from './types.ts';

const { local, hf } = vocabulary.sourceFunctions;

/** What judging a path needs. */
export interface PathContext {
  readonly collector: DiagnosticCollector;
  /** Paths may be written with `..`. */
  readonly mayClimb?: boolean | undefined;
}

/** A `local(…)` or `hf(…)` call as a source; null when a path or a repository cannot be one (a diagnostic says why). */
export function resolveSource(call: Reading<CallValue>, context: PathContext): Reading<ResolvedSource> | null {
  const value = call.value.row.name === local.name ? localSource(call, context) : hubSource(call, context.collector);
  return value && { ...call, value };
}

function localSource(call: Reading<CallValue>, context: PathContext): ResolvedSource | null {
  // A repeated parameter is read as the list of its values.
  const paths = readArgument(call, local.parameters.path)?.value as readonly string[] | undefined;
  if (!paths) return null;
  const isSound = paths.map((path) => isSoundPath(path, call.span, context)).every(Boolean);
  return isSound ? { kind: 'local', paths } : null;
}

/** Whether a source names one file or folder at most, as a tokenizer and a model must; a diagnostic says why not. */
export function isSinglePath(source: Reading<ResolvedSource>, what: string, { collector }: PathContext): boolean {
  const { value, span } = source;
  if (value.kind !== 'local' || (value.paths.length === 1 && !/[*?]/.test(value.paths[0]!))) return true;
  collector.add(diagnose(rows.severalPaths, span, { what, paths: value.paths }));
  return false;
}

/** Whether a path lies in the recipe's folder, as it is written; a diagnostic says why not. */
export function isSoundPath(path: string, span: Span, { collector, mayClimb = false }: PathContext): boolean {
  const fault = pathFault(path, mayClimb);
  if (fault !== null) collector.add(diagnose(rows.pathOutside, span, { path, fault }));
  return fault === null;
}

/** Why a path is none of the recipe's folder. Links that lead out are found where files are read. */
function pathFault(path: string, mayClimb: boolean): rows.PathFault | null {
  if (path.trim() === '') return 'empty';
  if (path.includes('\0')) return 'control';
  if (path.includes('\\')) return 'backslash';
  if (path.startsWith('/') || path.startsWith('~') || /^[A-Za-z]:/.test(path)) return 'absolute';
  return path.split('/').includes('..') && !mayClimb ? 'parent' : null;
}

function hubSource(call: Reading<CallValue>, collector: DiagnosticCollector): ResolvedSource | null {
  const { repository, config, split, revision } = hf.parameters;
  const name = readArgument(call, repository);
  if (!name) return null;
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(name.value) || name.value.length > 200) {
    collector.add(diagnose(rows.repositoryName, name.span, { name: name.value }));
    return null;
  }
  return {
    kind: 'hf',
    repository: name.value,
    config: readArgument(call, config)?.value ?? null,
    split: readArgument(call, split)?.value ?? null,
    revision: readArgument(call, revision)?.value ?? null,
  };
}
