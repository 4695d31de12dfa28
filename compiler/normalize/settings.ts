import { type Attribute, type Expression, type Span, vocabulary } from '../../grammar/index.ts';
import { parseExpression } from '../bind/parse-expression.ts';
import { proposeNames } from '../bind/propose-names.ts';
import * as rows from '../diagnostics/catalogue/settings.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { syntaxDiagnostics } from '../diagnostics/syntax-diagnostics.ts';
import type { OpenBlock, WrittenAttribute } from './open-block.ts';

/**
 * The file name in the spans of a setting; the text of that "file" is the setting itself, so that messages can show it.
 * `--set pretrain.tokens=2M` is one line of source.
 */
export function settingFile(setting: string): string {
  return `--set ${setting}`;
}

/**
 * The recipe after `--set PATH=VALUE` settings, in order; the last one of a path holds. A path is the keyword of a block, its
 * name where it has one, and so on inwards, then an attribute: `seed`, `model.layers`, `pretrain.stage.long.sequence`,
 * `dataset.web.holdout`. The value is an expression of the language. Returns the attribute nodes that were made, too.
 */
export function withSettings(
  recipe: OpenBlock,
  settings: readonly string[],
  collector: DiagnosticCollector,
): { readonly recipe: OpenBlock; readonly attributes: readonly SetAttribute[] } {
  let current = recipe;
  const attributes: SetAttribute[] = [];
  for (const setting of settings) {
    const parsed = parseSetting(setting, collector);
    const changed = parsed && applyAt(current, parsed.path, parsed, collector);
    if (!changed) continue;
    current = changed.recipe;
    attributes.push({ node: parsed.attribute.node, row: changed.row });
  }
  return { recipe: current, attributes };
}

/** An attribute that a setting made, with the row that judges it. */
export interface SetAttribute {
  readonly node: Attribute;
  readonly row: vocabulary.AttributeRow;
}

interface Applied {
  readonly recipe: OpenBlock;
  readonly row: vocabulary.AttributeRow;
}

interface Setting {
  readonly text: string;
  readonly path: readonly PathPart[];
  readonly attribute: WrittenAttribute;
}

interface PathPart {
  readonly text: string;
  readonly span: Span;
}

function parseSetting(text: string, collector: DiagnosticCollector): Setting | null {
  const file = settingFile(text);
  const equals = text.indexOf('=');
  const isWhole = equals !== -1 && text.slice(equals + 1).trim() !== '';
  const path = isWhole ? parsePath(text.slice(0, equals), file) : null;
  if (path === null) return malformed(text, file, collector);
  // Blanks in place of the path keep the offsets of the value.
  const source = ' '.repeat(equals + 1) + text.slice(equals + 1);
  const { expression, problems } = parseExpression(source, file);
  for (const diagnostic of syntaxDiagnostics(problems, source)) collector.add(diagnostic);
  if (problems.length > 0) return null;
  if (expression === null) return malformed(text, file, collector);
  return { text, path, attribute: writtenBy(text, path.at(-1)!, expression) };
}

function malformed(text: string, file: string, collector: DiagnosticCollector): null {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  collector.add(diagnose(rows.malformedSetting, { file, start: 0, end: text.length }, { text: shown }));
  return null;
}

function parsePath(text: string, file: string): readonly PathPart[] | null {
  const parts: PathPart[] = [];
  for (const match of text.matchAll(/[^.]+/g)) {
    const word = match[0].trim();
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(word)) return null;
    const start = match.index + match[0].indexOf(word);
    parts.push({ text: word, span: { file, start, end: start + word.length } });
  }
  const dots = text.split('.').length;
  return parts.length > 0 && parts.length === dots ? parts : null;
}

function writtenBy(setting: string, part: PathPart, value: Expression): WrittenAttribute {
  const span = { file: part.span.file, start: part.span.start, end: value.span.end };
  const name = { kind: 'name', text: part.text, span: part.span } as const;
  const node: Attribute = { kind: 'attribute', name, value, at: null, span };
  return { node, layer: { setting } };
}

/** Walks inwards along the path; null, with a diagnostic, where it leads nowhere. */
function applyAt(
  block: OpenBlock,
  path: readonly PathPart[],
  setting: Setting,
  collector: DiagnosticCollector,
): Applied | null {
  const [part, ...inner] = path;
  if (inner.length === 0) return applyAttribute(block, part!, setting, collector);
  const taken = childAt(block, path);
  if (taken === null) {
    reportPath(part!, setting, pathWords(block), collector);
    return null;
  }
  if (taken.index === -1) {
    const known = block.children.flatMap((child) =>
      child.keyword === part!.text && child.name ? [child.name.text] : [],
    );
    reportPath(inner[0]!, setting, known, collector);
    return null;
  }
  if (taken.rest.length === 0) {
    reportBlock(path.at(-1)!, setting, collector);
    return null;
  }
  const changed = applyAt(block.children[taken.index]!, taken.rest, setting, collector);
  if (changed === null) return null;
  const children = [...block.children];
  children[taken.index] = changed.recipe;
  return { recipe: { ...block, children }, row: changed.row };
}

/** The child that the path goes into. `index` is -1 when the keyword is right and no block has the name. */
function childAt(
  block: OpenBlock,
  path: readonly PathPart[],
): { readonly index: number; readonly rest: readonly PathPart[] } | null {
  const [keyword, name] = path;
  const row = vocabulary.blocks.find((candidate) => candidate.name === keyword!.text);
  if (!row?.within.includes(block.keyword)) return null;
  const named = block.children.findIndex((child) => child.keyword === row.name && child.name?.text === name?.text);
  if (row.naming !== 'required' && (named === -1 || !name)) {
    const index = block.children.findIndex((child) => child.keyword === row.name);
    return index === -1 ? null : { index, rest: path.slice(1) };
  }
  return { index: named, rest: path.slice(2) };
}

function applyAttribute(
  block: OpenBlock,
  part: PathPart,
  setting: Setting,
  collector: DiagnosticCollector,
): Applied | null {
  const row = vocabulary.attributeRow(block.keyword, part.text);
  if (row) {
    const kept = withoutReplaced(block, part.text);
    const attributes = new Map(kept.attributes).set(part.text, setting.attribute);
    return { recipe: { ...kept, attributes }, row };
  }
  if (pathWords(block).includes(part.text)) {
    reportBlock(part, setting, collector);
    return null;
  }
  reportPath(
    part,
    setting,
    [...vocabulary.attributesOf(block.keyword).map((known) => known.name), ...pathWords(block)],
    collector,
  );
  return null;
}

/** A new source discards the inherited size and steps, as in a profile. */
function withoutReplaced(block: OpenBlock, attribute: string): OpenBlock {
  if (block.keyword !== 'dataset' || attribute !== 'source') return block;
  const attributes = new Map(block.attributes);
  attributes.delete('size');
  return { ...block, attributes, steps: [], takes: [] };
}

function pathWords(block: OpenBlock): readonly string[] {
  return vocabulary.blocks.filter((row) => row.within.includes(block.keyword)).map((row) => row.name);
}

/** A path that ends at a block: what of it is to be set? */
function reportBlock(part: PathPart, setting: Setting, collector: DiagnosticCollector): void {
  const path = setting.path.map((entry) => entry.text).join('.');
  collector.add(diagnose(rows.unknownSettingPath, part.span, { path, part: part.text, near: [], isBlock: true }));
}

function reportPath(part: PathPart, setting: Setting, known: readonly string[], collector: DiagnosticCollector): void {
  const path = setting.path.map((entry) => entry.text).join('.');
  const data = { path, part: part.text, near: proposeNames(part.text, known), isBlock: false };
  collector.add(diagnose(rows.unknownSettingPath, part.span, data));
}
