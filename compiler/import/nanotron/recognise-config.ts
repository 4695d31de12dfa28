import { isYamlNull, type YamlNode } from '../yaml-node.ts';

/** Why a document is no configuration of nanotron, and what it seems to be. */
export interface Refusal {
  readonly what: string;
  readonly help: string;
}

const blocks = ['model', 'tokens', 'optimizer', 'parallelism', 'data_stages', 'checkpoints', 'general'];
/** How many of them a file of something else may have by chance. */
const byChance = 2;

/** What a text is where it is none of YAML; null where that cannot be told. */
export function recogniseText(text: string): Refusal | null {
  return /^\uFEFF?(\s|#[^\n]*\n)*recipe[ \t]+\w+/.test(text)
    ? { what: 'it is a recipe already', help: '`smol check` reads it' }
    : null;
}

/** Null for a document that is a configuration of nanotron, whole or not. */
export function recogniseConfig(root: YamlNode): Refusal | null {
  const give = 'give the YAML that nanotron was run with (`--config-file`)';
  if (root.kind === 'scalar') {
    if (isYamlNull(root)) return { what: 'the file is empty', help: give };
    return { what: 'it is a text, and no blocks of keys', help: give };
  }
  if (root.kind === 'list') return { what: 'it is a list, and no blocks of keys', help: give };
  const has = (key: string) => root.entries.has(key);
  const found = blocks.filter(has);
  if (found.length > byChance || (found.includes('model') && found.includes('tokens'))) return null;
  if (has('plan_version')) return { what: 'it is a plan of smol', help: '`smol plan` shows it, `smol run` trains it' };
  if (has('model_name_or_path') || has('dataset_mixer') || has('dataset_mixture')) {
    const help = 'post-training is written by hand: docs/post-training.md has the blocks `sft` and `dpo`';
    return { what: 'it is one of TRL', help };
  }
  const missing = blocks.slice(0, 4).filter((block) => !has(block));
  return { what: `it has no ${missing.map((block) => `\`${block}\``).join(', ')}`, help: give };
}
