import type { ImportedData, ImportedPart } from './imported-run.ts';

/** A dataset of the recipe. */
export interface NamedData {
  readonly name: string;
  readonly data: ImportedData;
}

/** What a dataset is, as a key: the same in two stages is one. */
export function dataKey(data: ImportedData): string {
  switch (data.kind) {
    case 'folder':
    case 'rows':
      return `${data.kind} ${data.folder}`;
    case 'hub':
      return `hub ${JSON.stringify(data.source)}`;
    case 'random':
      return `random ${data.name}`;
  }
}

/** The datasets of a run by what they are, named in the order in which they are first read. */
export function nameData(
  parts: readonly ImportedPart[],
  nameOf: (written: string, kind: string) => string,
): ReadonlyMap<string, NamedData> {
  const named = new Map<string, NamedData>();
  for (const { data } of parts.flatMap((part) => part.data)) {
    const key = dataKey(data);
    if (!named.has(key)) named.set(key, { name: nameOf(wordsOf(data), 'data'), data });
  }
  return named;
}

/** Last words of folders that say nothing of the text in them. */
const empty = /^(tokenized\w*|tokens|standard|merged|shuffled|train|data|\d+)$/i;

function wordsOf(data: ImportedData): string {
  switch (data.kind) {
    case 'folder':
    case 'rows': {
      const words = data.folder.split(/[\\/]+/).filter((word) => word !== '' && !word.endsWith(':'));
      return words.findLast((word) => !empty.test(word)) ?? words.at(-1) ?? '';
    }
    case 'hub':
      return data.source.repository.split('/').at(-1)!;
    case 'random':
      return data.name;
  }
}
