import * as rows from '../../diagnostics/catalogue/import-meaning.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../../diagnostics/collector.ts';
import { type ConfigSection, nodeOf, nodeWords, pathOf, sectionOf } from '../config-section.ts';
import type { YamlNode } from '../yaml-node.ts';
import { readYamlNumber } from '../yaml-number.ts';
import { takenKeys } from './config-keys.ts';

/** What may change from one part of a run to the next. */
const mayChange: ReadonlySet<string> = new Set(['rope_theta', 'max_position_embeddings', '_use_doc_masking']);

/**
 * Files of one run say the same of the model, the optimizer and its schedule, the tokenizer and the seed; the first one that does
 * not is an error at each key.
 */
export function compareParts(
  parts: readonly { readonly section: ConfigSection }[],
  collector: DiagnosticCollector,
): void {
  const [first, ...others] = parts.map(({ section }) => comparedSections(section));
  for (const other of others) {
    other.forEach((section, index) => {
      const before = first![index]!;
      for (const key of section.keys) {
        const [here, there] = [nodeOf(section.section, key), nodeOf(before.section, key)];
        if (mayChange.has(key) || isSame(here, there)) continue;
        const data = {
          key: pathOf(section.section, key),
          here: wordsOf(here),
          there: wordsOf(there),
          file: before.section.span.file,
        };
        collector.add(diagnose(rows.partsDiffer, here?.span ?? section.section.span, data));
      }
    });
  }
}

function comparedSections(file: ConfigSection) {
  const model = sectionOf(file, 'model');
  const optimizer = sectionOf(file, 'optimizer');
  const blocks = ['init_method', 'model_config', 'optimizer_factory', 'learning_rate_scheduler'];
  const plain = (keys: readonly string[]) => keys.filter((key) => !blocks.includes(key));
  const taken = (parent: ConfigSection, key: 'model_config' | 'optimizer_factory' | 'learning_rate_scheduler') => ({
    section: sectionOf(parent, key),
    keys: takenKeys(key),
  });
  return [
    { section: sectionOf(file, 'general'), keys: ['seed'] },
    { section: sectionOf(file, 'tokenizer'), keys: takenKeys('tokenizer') },
    { section: model, keys: plain(takenKeys('model')) },
    taken(model, 'model_config'),
    { section: optimizer, keys: plain(takenKeys('optimizer')) },
    taken(optimizer, 'optimizer_factory'),
    taken(optimizer, 'learning_rate_scheduler'),
  ];
}

/** Whether two values mean the same: numbers by what they are, however they are written. */
function isSame(a: YamlNode | null, b: YamlNode | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.kind === 'list' && b.kind === 'list') {
    return (
      a.items.length === b.items.length &&
      a.items.every((item, index) => item.kind === 'scalar' && isSame(item, b.items[index]!))
    );
  }
  if (a.kind !== 'scalar' || b.kind !== 'scalar') return a.kind === b.kind;
  const [left, right] = [readYamlNumber(a), readYamlNumber(b)];
  if (typeof left === 'string' || typeof right === 'string') return a.text === b.text;
  return left.value.equals(right.value);
}

function wordsOf(node: YamlNode | null): string {
  return node === null ? 'not given' : nodeWords(node);
}
