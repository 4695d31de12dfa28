import { basename, resolve } from 'node:path';
import { type LockedProfile, lockPath, readLock } from '../compiler/index.ts';
import { type CommandContext, CommandError } from './context.ts';
import { createFileHost } from './file-host.ts';
import type { LoadedPlan } from './load-plan.ts';

/** What a recipe's lock holds for a plan of it. */
export interface PlanLock {
  /** The lock's file, for people. */
  readonly name: string;
  readonly locked: LockedProfile;
}

/** What was asked of the recipe. */
interface LockRequest {
  readonly file: string;
  readonly settings: readonly string[];
}

/**
 * The part of the recipe's lock that a run or an export of this plan must obey; null without a lock, or for a plan file,
 * which says what it says. A profile that the lock does not have is told of. Throws a `CommandError` when the recipe has
 * changed since it was locked; with `--set` it was changed on purpose, and its data alone is held to the lock.
 */
export function requireLocked(context: CommandContext, request: LockRequest, { plan }: LoadedPlan): PlanLock | null {
  if (request.file.endsWith('.json')) return null;
  const path = lockPath(request.file);
  const text = createFileHost(context).readText(path);
  const lock = text === null ? null : readLock(text);
  if (lock === null) return null;
  const name = basename(resolve(context.cwd, path));
  const locked = lock.profiles.find(({ profile }) => profile === plan.profile);
  if (locked === undefined) {
    context.err(`note: \`${name}\` has nothing for ${profileWords(plan.profile)}: its data is not held to it\n`);
    return null;
  }
  if (locked.plan !== plan.hash && request.settings.length === 0) {
    throw new CommandError(
      `\`${request.file}\` no longer matches \`${name}\`: ${profileWords(plan.profile)} is plan ${plan.hash.slice(0, 8)}, and was ${locked.plan.slice(0, 8)}`,
      { help: 'undo the change; or, if it is meant, run `smol lock` again' },
    );
  }
  return { name, locked };
}

function profileWords(profile: string | null): string {
  return profile === null ? 'the recipe without a profile' : `profile \`${profile}\``;
}
