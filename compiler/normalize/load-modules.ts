import type { Let, RecipeFile, StringLiteral, Use } from '../../grammar/index.ts';
import { evaluateAttributes } from '../bind/evaluate-attributes.ts';
import { evaluateLets, letsOf } from '../bind/lets.ts';
import { checkNames, mayLackNames } from '../bind/namespace.ts';
import type { Value } from '../bind/value.ts';
import { checkStructure } from '../check/structure.ts';
import * as rows from '../diagnostics/catalogue/files.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { isSameBlock, type OpenBlock } from './open-block.ts';
import { openRecipe } from './open-recipe.ts';
import { reopen } from './reopen.ts';
import { reportDeclared, type UsedNames, usedNames } from './used-names.ts';

/** Reads and parses another file of the recipe's folder by its path; null when there is none, 'outside' for a link out of it. */
export type OpenFile = (path: string) => RecipeFile | 'outside' | null;

/** A file with all that it inherits and uses. */
export interface LoadedModule {
  readonly file: RecipeFile;
  /** The recipe after `extends` and `use`, without profiles. */
  readonly recipe: OpenBlock;
  readonly lets: ReadonlyMap<string, Quantity | null>;
  readonly values: Map<object, Value | null>;
  readonly refused: Set<object>;
  /** Something that is not found may stand where nothing could be read. */
  readonly incomplete: boolean;
}

interface Loading {
  readonly open: OpenFile;
  readonly collector: DiagnosticCollector;
  /** Paths may be written with `..`. */
  readonly mayClimb: boolean;
  /** Paths of the files that are being read, from the recipe inwards. */
  readonly path: readonly string[];
  /** What was read already, by path: two ways to a file are one file, and what is wrong with it is said once. */
  readonly layers: Map<string, Layer>;
  readonly modules: Map<string, LoadedModule>;
}

/** What a file gives to those that extend it, before lets and attributes are evaluated: they may be overridden. */
interface Layer {
  readonly files: readonly RecipeFile[];
  readonly recipe: OpenBlock;
  readonly lets: ReadonlyMap<string, Let>;
  readonly used: UsedNames;
  readonly refused: Set<object>;
  readonly incomplete: boolean;
}

/**
 * Loads a file with what it extends and uses. What it extends is re-opened by it, under its lets; what it uses keeps its own.
 * A file that is missing, is no neighbour or needs itself is a diagnostic, and what it would have brought counts as unknown.
 */
export function loadModule(
  file: RecipeFile,
  open: OpenFile,
  { collector, mayClimb }: Pick<Loading, 'collector' | 'mayClimb'>,
): LoadedModule {
  const loading = { open, collector, mayClimb, path: [file.span.file], layers: new Map(), modules: new Map() };
  return evaluated(file, loadLayer(file, loading), collector);
}

function evaluated(file: RecipeFile, layer: Layer, collector: DiagnosticCollector): LoadedModule {
  const { refused, incomplete, used } = layer;
  const lets = evaluateLets(layer.lets, used.lets, { collector, incomplete });
  const values = new Map(used.values);
  for (const each of layer.files) {
    for (const [node, value] of evaluateAttributes(each, refused, { collector, lets, incomplete }))
      values.set(node, value);
  }
  return { file, recipe: layer.recipe, lets, values, refused, incomplete };
}

function loadLayer(file: RecipeFile, loading: Loading): Layer {
  const { collector } = loading;
  const refused = new Set(checkStructure(file, collector));
  checkNames(file, refused, collector);
  const base = file.header?.extends ? loadBase(file.header.extends, loading) : null;
  const used = loadUses(file, refused, loading);
  const isLacking = (file.header?.extends != null && base === null) || used.incomplete;
  const incomplete = isLacking || (base?.incomplete ?? false) || mayLackNames(file, refused);
  const own = openRecipe(file, refused);
  const extended = base ? reopen(inheritable(base.recipe), own, collector) : own;
  // What is used stands in the place of what is inherited under its name.
  const isUsed = (child: OpenBlock) => used.blocks.some((block) => isSameBlock(block, child));
  return {
    files: [...(base?.files ?? []), file],
    recipe: {
      ...extended,
      children: [...used.blocks, ...extended.children.filter((child) => !isUsed(child))],
      incomplete: extended.incomplete || isLacking,
    },
    lets: new Map([...(base?.lets ?? []), ...letsOf(file, refused)]),
    used: base ? merged(base.used, used) : used,
    refused: new Set([...(base?.refused ?? []), ...refused]),
    incomplete,
  };
}

function merged(base: UsedNames, own: UsedNames): UsedNames {
  return {
    blocks: [],
    lets: new Map([...base.lets, ...own.lets]),
    values: new Map([...base.values, ...own.values]),
    incomplete: base.incomplete || own.incomplete,
  };
}

function loadBase(path: StringLiteral, loading: Loading): Layer | null {
  const file = openNeighbour(path, loading);
  return file && knownLayer(file, loading);
}

function knownLayer(file: RecipeFile, loading: Loading): Layer {
  const path = file.span.file;
  const layer = loading.layers.get(path) ?? loadLayer(file, { ...loading, path: [...loading.path, path] });
  loading.layers.set(path, layer);
  return layer;
}

function knownModule(file: RecipeFile, loading: Loading): LoadedModule {
  const path = file.span.file;
  const module = loading.modules.get(path) ?? evaluated(file, knownLayer(file, loading), loading.collector);
  loading.modules.set(path, module);
  return module;
}

/** What belongs to one run, and not to those that are made after it, stays behind. */
function inheritable(recipe: OpenBlock): OpenBlock {
  const left = ['ablation', 'cluster', 'evaluate', 'profile'];
  return { ...recipe, children: recipe.children.filter(({ keyword }) => !left.includes(keyword)) };
}

function loadUses(file: RecipeFile, refused: ReadonlySet<object>, loading: Loading): UsedNames {
  let all: UsedNames = { blocks: [], lets: new Map(), values: new Map(), incomplete: false };
  for (const item of file.items) {
    if (item.kind !== 'use' || refused.has(item)) continue;
    const used = loadUse(item, file, loading);
    const known = all.blocks;
    const blocks = [...known, ...used.blocks.filter((block) => !known.some((other) => isSameBlock(other, block)))];
    all = { ...merged(all, used), blocks };
  }
  return all;
}

function loadUse(use: Use, by: RecipeFile, loading: Loading): UsedNames {
  const nothing = { blocks: [], lets: new Map(), values: new Map(), incomplete: true };
  reportDeclared(use, by, loading.collector);
  const file = openNeighbour(use.from, loading);
  if (file === null) return nothing;
  return usedNames(use, by, knownModule(file, loading), loading.collector);
}

/** Files that need one another, one in the other: more than people stack, and few enough to be read at once. */
const deepest = 32;

/**
 * Files stand beside each other or in folders below, so that what a recipe reads never leaves its folder. Paths of data are
 * counted from the folder of the recipe that is run, wherever they are written.
 */
function openNeighbour(written: StringLiteral, { open, collector, path, mayClimb }: Loading): RecipeFile | null {
  const { value: name, span } = written;
  if (!isBelow(name, mayClimb)) {
    collector.add(diagnose(rows.noNeighbour, span, { path: name, isLink: false }));
    return null;
  }
  const folder = /^.*[\\/:]/s.exec(span.file)?.[0] ?? '';
  const target = joined(folder, name);
  if (path.includes(target)) {
    const ring = [...path.slice(path.indexOf(target)), target].map((each) => each.slice(folder.length));
    collector.add(diagnose(rows.fileCycle, span, { chain: ring, isRing: true }));
    return null;
  }
  if (path.length >= deepest) {
    collector.add(diagnose(rows.fileCycle, span, { chain: [...path, name], isRing: false }));
    return null;
  }
  const file = open(target);
  if (file === 'outside') {
    collector.add(diagnose(rows.noNeighbour, span, { path: name, isLink: !name.split('/').includes('..') }));
    return null;
  }
  if (file === null) collector.add(diagnose(rows.missingFile, span, { path: name }));
  return file;
}

function isBelow(path: string, mayClimb: boolean): boolean {
  if (/[\\\0:]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && (part !== '..' || mayClimb));
}

/** A path from a folder; `..` takes back the folder before it, so that one file has one path. */
function joined(folder: string, name: string): string {
  if (!name.split('/').includes('..')) return folder + name;
  const parts: string[] = folder.split('/').slice(0, -1);
  for (const part of name.split('/')) {
    const isNamed = parts.length > 0 && !['', '.', '..'].includes(parts.at(-1)!);
    if (part === '..' && isNamed) parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
