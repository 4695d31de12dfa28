import type { ImportedSource } from './imported-run.ts';

/** Whether a name can be one of the Hugging Face hub (`owner/name`, or an old one without owner), and no path. */
export function isHubName(name: string): boolean {
  return /^[\w-][\w.-]*(\/[\w.-]+)?$/.test(name) && name.length <= 200;
}

/** A tokenizer as nanotron gives it to transformers: a name of the hub, or a folder, whose file `tokenizer.json` a recipe names. */
export function tokenizerSource(name: string, revision: string | null): ImportedSource {
  if (isHubName(name)) return { kind: 'hf', repository: name, config: null, revision, column: null };
  return { kind: 'local', path: name.endsWith('.json') ? name : `${name.replace(/\/+$/, '')}/tokenizer.json` };
}
