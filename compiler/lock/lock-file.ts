/**
 * `RECIPE.lock`: what `smol lock` found beside a recipe, by profile. Canonical JSON, kept under version control with the
 * recipe: with it a plan knows the sizes of its datasets without reading them, and a run can tell that nothing has changed.
 */
export interface LockFile {
  readonly lock_version: 1;
  readonly profiles: readonly LockedProfile[];
}

export interface LockedProfile {
  /** null for the recipe as it stands. */
  readonly profile: string | null;
  /** The plan's hash. */
  readonly plan: string;
  /** SHA-256 (hex) of the tokenizer's file. */
  readonly tokenizer: string;
  /** SHA-256 (hex) of the files beside it that say how chats are written; null for one that is not there. Absent in older locks. */
  readonly chat?: { readonly configuration: string | null; readonly template: string | null };
  /** Commits of the repositories on the hub that were read. */
  readonly commits: readonly {
    readonly repository: string;
    readonly revision: string | null;
    readonly commit: string;
  }[];
  readonly datasets: readonly LockedDataset[];
}

export interface LockedDataset {
  /** For people; a dataset is known by its id. */
  readonly name: string;
  readonly id: string;
  /** Training tokens; null for rows of post-training. */
  readonly tokens: number | null;
  /** Rows, the held-out ones among them. */
  readonly rows: number;
  /** SHA-256 (hex) of the tokens that are trained on. */
  readonly content: string;
}

/** The place of a recipe's lock. */
export function lockPath(recipe: string): string {
  return `${recipe}.lock`;
}

/** Reads a lock; null for what is none of this version. */
export function readLock(text: string): LockFile | null {
  let value: LockFile;
  try {
    value = JSON.parse(text) as LockFile;
  } catch {
    return null;
  }
  const isLock = value?.lock_version === 1 && Array.isArray(value.profiles) && value.profiles.every(isProfile);
  return isLock ? value : null;
}

function isProfile({ profile, plan, tokenizer, chat, commits, datasets }: LockedProfile): boolean {
  const isNamed = profile === null || typeof profile === 'string';
  const isPinned = Array.isArray(commits) && commits.every(({ commit }) => typeof commit === 'string');
  return (
    isNamed &&
    isPinned &&
    (chat === undefined || isHashOrNone(chat?.configuration, chat?.template)) &&
    typeof plan === 'string' &&
    typeof tokenizer === 'string' &&
    Array.isArray(datasets) &&
    datasets.every(isDataset)
  );
}

function isHashOrNone(...hashes: readonly unknown[]): boolean {
  return hashes.every((hash) => hash === null || typeof hash === 'string');
}

function isDataset({ name, id, tokens, rows, content }: LockedDataset): boolean {
  const areTexts = [name, id, content].every((text) => typeof text === 'string');
  return areTexts && (tokens === null || isCount(tokens)) && isCount(rows);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
