import { type Span, vocabulary } from '../../grammar/index.ts';
import { derivedHere, nativePlaceOf } from '../bind/foreign-names.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import * as rows from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Surroundings } from './structure.ts';

/**
 * Says that a block takes no attribute of a name, and what was meant: one that other tools call so, one of another block, or
 * one that is spelt nearly so.
 */
export function reportUnknownAttribute(
  { text: name, span }: { readonly text: string; readonly span: Span },
  within: Surroundings,
  collector: DiagnosticCollector,
): void {
  const block = within.words;
  const own = proposeNames(
    name,
    vocabulary.attributesOf(within.keyword).map((row) => row.name),
  );
  const native = nativeHelp(name, within, own);
  const elsewhere = vocabulary.blocksWithAttribute(name);
  if (native === null && elsewhere.length > 0) {
    collector.add(diagnose(rows.misplacedAttribute, span, { name, block, belongs: elsewhere.map(blockWords) }));
    return;
  }
  const near = native === null ? own : (native.rename ?? []);
  const fix = replaceNameFix(span, near);
  const known = vocabulary.attributesOf(within.keyword).map((row) => row.name);
  const data = { name, block, near, native: native?.help ?? null, known };
  collector.add(diagnose(rows.unknownAttribute, span, data, { fix }));
}

function nativeHelp(
  name: string,
  within: Surroundings,
  own: readonly string[],
): { help: string; rename?: readonly string[] } | null {
  const native = nativePlaceOf(name);
  const derived = derivedHere(name);
  if (derived !== null) return { help: derived };
  if (native === null) return null;
  if (native.kind === 'argument') {
    // A name of this block that is spelt nearly so is the better guess.
    if (own.length > 0) return null;
    const { attribute, call } = native;
    if (!vocabulary.attributeRow(within.keyword, attribute)) return null;
    return { help: `it is an argument here: \`${attribute} = ${call}(${native.name} = …)\`` };
  }
  if (!vocabulary.attributeRow(within.keyword, native.name)) {
    const blocks = vocabulary.blocksWithAttribute(native.name);
    return { help: `it is called \`${native.name}\` here, and stands in ${blocks.map(blockWords).join(' or ')}` };
  }
  // What counts steps elsewhere would become tokens by a new name alone.
  if (native.name === 'tokens') return { help: 'the length is written `tokens = 11T` or `tokens = 5000 steps`' };
  return { help: `it is called \`${native.name}\` here`, rename: [native.name] };
}

function blockWords(block: vocabulary.BlockName): string {
  return block === 'recipe' ? 'the top level' : `\`${block}\``;
}
