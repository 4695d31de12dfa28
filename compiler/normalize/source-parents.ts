import type { ResolvedDataset } from './types.ts';

/** Names of the datasets that a source is made of: what it derives from, takes rows of, or is prompted by. */
export function sourceParents(source: ResolvedDataset['source']['value']): readonly string[] {
  switch (source.kind) {
    case 'dataset':
      return [source.dataset];
    case 'takes':
      return source.takes.map(({ dataset }) => dataset);
    case 'generate':
      return [source.prompts];
    case 'local':
    case 'hf':
      return [];
  }
}
