import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunError } from '../train/run-error.ts';
import { writeFileDurably } from './durable-file.ts';
import { makeFolders } from './make-folders.ts';
import type { RunFolder } from './run-folder.ts';

/** A change of a run's plan on the way: `edits` of `run.json` holds them in order. */
export interface PlanEdit {
  /** Steps that were done when it came. */
  readonly step: number;
  /** Hashes of the plan before and after. */
  readonly from: string;
  readonly to: string;
  /** What it does to the run (`smol diff` says it at length). */
  readonly class: string;
  /** True when it changes what was done already, and a person accepted that. */
  readonly forced: boolean;
  /** The plan before, in the run's folder. */
  readonly old_plan: string;
}

/** An edit as it is asked for: what the folder's plan must be, and how far the run must be, for it to be right. */
export type AskedEdit = Pick<PlanEdit, 'step' | 'from' | 'class' | 'forced'>;

/**
 * Which plan's checkpoints a run may go on from: its plan's, and those of a plan before an edit up to the step of that edit.
 */
export function acceptedPlans(folder: RunFolder, current: string): (plan: string, step: number) => boolean {
  const edits = readEdits(folder);
  return (plan, step) => plan === current || edits.some((edit) => edit.from === plan && step <= edit.step);
}

/** The edits of a run, oldest first; none when `run.json` has none or cannot be read. */
export function readEdits(folder: RunFolder): readonly PlanEdit[] {
  const edits = readRunRecord(folder).edits;
  return Array.isArray(edits) ? edits.filter(isEdit) : [];
}

/**
 * Makes an edited plan the run's: keeps the old one as `plans/N.json`, records the edit in `run.json`, and replaces
 * `plan.json` last. Whenever the process dies, the folder holds a plan whose checkpoints are accepted. Call under the lock.
 */
export async function recordEdit(
  folder: RunFolder,
  { step, from, class: kind, forced }: AskedEdit,
  to: { readonly hash: string; readonly text: string },
): Promise<void> {
  const oldText = readFileSync(folder.plan, 'utf8');
  const old_plan = await keepPlan(folder, oldText);
  const edit: PlanEdit = { step, from, to: to.hash, class: kind, forced, old_plan };
  const record = { ...readRunRecord(folder), plan: to.hash, edits: [...readEdits(folder), edit] };
  await writeFileDurably(folder.run, `${JSON.stringify(record, null, 2)}\n`);
  await writeFileDurably(folder.plan, to.text);
}

async function keepPlan(folder: RunFolder, text: string): Promise<string> {
  const plans = join(folder.path, 'plans');
  makeFolders(plans);
  const numbers = readdirSync(plans).map((name) => Number(/^(\d{1,6})\.json$/.exec(name)?.[1] ?? 0));
  const name = `plans/${Math.max(0, ...numbers) + 1}.json`;
  await writeFileDurably(join(folder.path, name), text);
  return name;
}

function readRunRecord(folder: RunFolder): { readonly edits?: unknown } {
  if (!existsSync(folder.run)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(folder.run, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below: what it holds must not be lost by writing over it.
  }
  throw new RunError(`\`${folder.run}\` is not a run record`, { help: 'restore it from a copy, or start a new run' });
}

function isEdit(value: unknown): value is PlanEdit {
  const { step, from } = (value ?? {}) as Partial<PlanEdit>;
  return typeof step === 'number' && typeof from === 'string';
}
