import { parse } from 'yaml';
import { segmentMatcher } from '../data/sources/glob.ts';

/** What a recipe asks of a dataset's repository; null leaves it open. */
export interface DatasetPart {
  readonly config: string | null;
  readonly split: string | null;
}

/** Splits by their usual names, as the hub's own libraries know them, with other spellings of each. */
const splitNames: Readonly<Record<string, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'val', 'dev'],
  test: ['test', 'testing', 'eval', 'evaluation'],
};
const dataFile = /\.(jsonl|json|txt|parquet|csv|arrow)(\.gz|\.zst)?$/i;

/**
 * The files that hold a part of a dataset, among those of its repository: what the configurations in the front matter of its
 * `README.md` say; else by name: those below a folder of the configuration's name, and with the split (`train`) as a word in
 * their path, or all of them where no split stands in any. Sorted.
 */
export function datasetPartFiles(
  files: readonly string[],
  readme: string | null,
  part: DatasetPart,
): readonly string[] {
  const split = part.split ?? 'train';
  const declared = readme === null ? null : declaredPatterns(readme, part.config, split);
  if (declared !== null) return files.filter((file) => declared.some((pattern) => matchesPath(pattern, file))).sort();
  const inConfig =
    part.config === null ? files : files.filter((file) => file.split('/').slice(0, -1).includes(part.config!));
  const data = inConfig.filter((file) => dataFile.test(file) && !file.split('/').some((name) => name.startsWith('.')));
  const known = Object.values(splitNames).flat();
  const named = data.filter((file) => wordsOf(file).some((word) => known.includes(word)));
  const wanted = splitNames[split] ?? [split];
  if (named.length === 0 && split === 'train') return data.toSorted();
  return data.filter((file) => wordsOf(file).some((word) => wanted.includes(word))).sort();
}

/** Patterns of a split of a configuration (the one that is asked for, marked as default, named so, or alone); null for none. */
function declaredPatterns(readme: string, config: string | null, split: string): readonly string[] | null {
  const configs = frontMatter(readme)?.configs;
  const all = (Array.isArray(configs) ? configs : []).filter((each) => each?.data_files !== undefined);
  if (all.length === 0) return null;
  const found =
    config === null
      ? (all.find((each) => each.default === true) ??
        all.find((each) => each.config_name === 'default') ??
        (all.length === 1 ? all[0] : undefined))
      : all.find((each) => each.config_name === config);
  if (found === undefined) return [];
  const entries: readonly unknown[] = [found.data_files].flat();
  return entries.flatMap((entry) => {
    if (typeof entry === 'string') return split === 'train' ? [entry] : [];
    const { split: name, path } = (entry ?? {}) as { split?: unknown; path?: unknown };
    return name === split ? [path].flat().filter((each) => typeof each === 'string') : [];
  });
}

/** The YAML between the first two lines of three hyphens; null when there is none that can be read. */
function frontMatter(readme: string): { readonly configs?: unknown } | null {
  const [, text] = /^---\r?\n(.*?)\r?\n---\r?\n/s.exec(readme) ?? [];
  try {
    // No aliases: a few bytes of them may stand for gigabytes.
    return text === undefined ? null : parse(text, { maxAliasCount: 0 });
  } catch {
    return null;
  }
}

function matchesPath(pattern: string, path: string): boolean {
  return matchesParts(pattern.replace(/^\.\//, '').split('/'), path.split('/'));
}

/** `**` is any number of folders; other parts as in `local(…)`. */
function matchesParts([first, ...patterns]: readonly string[], parts: readonly string[]): boolean {
  if (first === undefined) return parts.length === 0;
  if (first === '**') {
    const rest = patterns[0] === '**' ? patterns.slice(1) : patterns;
    return parts.some((_, from) => matchesParts(rest, parts.slice(from)));
  }
  const [part, ...others] = parts;
  return part !== undefined && segmentMatcher(first)(part) && matchesParts(patterns, others);
}

function wordsOf(path: string): readonly string[] {
  return path.toLowerCase().split(/[/._-]+/);
}
