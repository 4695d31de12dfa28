import type { Allow, Block, RecipeFile, Span } from '../../grammar/index.ts';
import { catalogue, rowOf } from './catalogue/index.ts';
import * as rows from './catalogue/settings.ts';
import { diagnose } from './catalogue-row.ts';
import { nearNames } from './near-names.ts';
import type { Diagnostic } from './types.ts';

/** An `allow` with the range of text in which it holds; `block` is null at the top of the file. */
interface PlacedAllow {
  readonly allow: Allow;
  readonly block: Block | null;
  /** The profile that it stands in, at any depth. */
  readonly profile: Block | null;
}

export interface AllowOptions {
  /** Says which `allow` silences nothing; off where warnings may be missing, as under a profile or beside errors. */
  readonly reportIdle: boolean;
  /** The profile that the recipe was compiled with. */
  readonly profile: string | null;
}

/**
 * The diagnostics that remain after the `allow` lines of a file: a warning is left out when any place that it shows lies in
 * the block of an `allow` with its code; at the top of the file, or of the chosen profile, all with the code are. What is
 * wrong with an `allow` is added, and one that silences nothing where that can be told.
 */
export function applyAllows(
  file: RecipeFile,
  diagnostics: readonly Diagnostic[],
  { reportIdle, profile }: AllowOptions,
): readonly Diagnostic[] {
  const allows = allowsOf(file.items, null, null);
  if (allows.length === 0) return diagnostics;
  const used = new Set<Allow>();
  const remaining = diagnostics.filter((diagnostic) => {
    const covering = allows.filter((placed) => covers(placed, diagnostic, profile));
    for (const { allow } of covering) used.add(allow);
    return covering.length === 0;
  });
  const isIdle = ({ allow, profile: of }: PlacedAllow) => reportIdle && of === null && !used.has(allow);
  const own = allows.flatMap((placed) => aboutAllow(placed, isIdle(placed)));
  return inOrderOfFile([...remaining, ...own]);
}

function allowsOf(
  items: readonly (RecipeFile['items'][number] | Block['entries'][number])[],
  block: Block | null,
  profile: Block | null,
) {
  const found: PlacedAllow[] = [];
  for (const item of items) {
    if (item.kind === 'allow') found.push({ allow: item, block, profile });
    else if (item.kind === 'block')
      found.push(...allowsOf(item.entries, item, item.keyword.text === 'profile' ? item : profile));
  }
  return found;
}

function covers(placed: PlacedAllow, { code, severity, span, related }: Diagnostic, chosen: string | null): boolean {
  const { allow, block, profile } = placed;
  if (severity !== 'warning' || code !== allow.code.text) return false;
  if (block === null) return true;
  if (block === profile && profile.name?.text === chosen) return true;
  return [span, ...related.map((each) => each.span)].some((place) => isInside(place, block.span));
}

function isInside(inner: Span, outer: Span): boolean {
  return inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;
}

function aboutAllow({ allow, block }: PlacedAllow, idle: boolean): readonly Diagnostic[] {
  const { text: code, span } = allow.code;
  const row = rowOf(code);
  if (row === null) {
    const near = nearNames(
      code,
      catalogue.map((each) => each.code),
    );
    return [diagnose(rows.unknownAllowedCode, span, { code, near })];
  }
  if (row.severity !== 'warning') return [diagnose(rows.allowedError, span, { code, severity: row.severity })];
  // What a target leaves out shows only where it is written.
  const showsLater = code.startsWith('SM71');
  return idle && !showsLater ? [diagnose(rows.idleAllow, span, { code, where: describe(block) })] : [];
}

function describe(block: Block | null): string {
  if (block === null) return 'this file';
  return block.name === null ? `\`${block.keyword.text}\`` : `${block.keyword.text} \`${block.name.text}\``;
}

function inOrderOfFile(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...diagnostics].sort((a, b) => byText(a.span.file, b.span.file) || a.span.start - b.span.start);
}
