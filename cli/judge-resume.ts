import { diffPlans, type PlanDiff, renderDiffText, resumeAnswer } from '../compiler/diff/index.ts';
import type { Plan } from '../compiler/index.ts';
import type { AskedEdit } from '../runtime/run-folder/index.ts';
import { type CommandContext, CommandError } from './context.ts';

/** The flag that lets a run go on although what it did would now be computed otherwise. */
export const acceptFlag = '--accept-changed-past';

export interface ResumeRequest {
  /** The plan to go on with. */
  readonly plan: Plan;
  /** Absolute; null for the newest run of the recipe. */
  readonly runFolder: string | null;
  readonly runsFolder: string;
  readonly acceptChangedPast: boolean;
}

export interface JudgedResume {
  readonly folder: string;
  /** null when the run has this plan already. */
  readonly edit: AskedEdit | null;
}

/**
 * Which run goes on, and whether it may with this plan: exactly when nothing changes that its newest checkpoint was computed
 * with. Otherwise the difference is shown and a `CommandError` thrown; where only the past changes, it names the flag that
 * accepts that.
 */
export async function judgeResume(context: CommandContext, request: ResumeRequest): Promise<JudgedResume> {
  const { findRun, runPosition } = await import('../runtime/run-folder/index.ts');
  const { folder, plan: old } = findRun(request);
  if (diffPlans(old, request.plan).changes.length === 0) return { folder, edit: null };
  const { step } = await runPosition(folder);
  const diff = diffPlans(old, request.plan, { step });
  const answer = resumeAnswer(diff, step);
  const edit = { step, from: old.hash, class: diff.effect.class, forced: answer !== 'goes_on' };
  if (answer === 'goes_on' || (answer === 'refused_unless_forced' && request.acceptChangedPast)) {
    context.err(`note: ${saysEdit(diff, edit.forced)}\n`);
    return { folder, edit };
  }
  context.err(`${renderDiffText(diff, context.terminal)}\n`);
  throw refusal(diff, old, request);
}

/** A lock, too, changes what a plan knows of its datasets: not every difference is an edit. */
function saysEdit(diff: PlanDiff, isForced: boolean): string {
  const count = diff.counts.changes === 1 ? '1 change' : `${diff.counts.changes} changes`;
  if (isForced) return `the recipe was edited (${count}) in steps that are done, which \`${acceptFlag}\` accepts`;
  if (!diff.meaning_changed)
    return `the plan is another one than when the run started (${count}), and computes the same`;
  return `the recipe was edited since the run started (${count}), and it can go on with that`;
}

function refusal(diff: PlanDiff, old: Plan, { plan, runFolder }: ResumeRequest): CommandError {
  const newRun = diff.effect.class === 'new_run';
  const what = newRun
    ? 'the recipe now gives another model or tokenizer than the run has'
    : `the recipe was edited in what the run has done (step ${diff.effect.from_step!.toLocaleString('en-US')})`;
  const given = asGiven(old);
  const hint = given === asGiven(plan) ? '' : `resume it with \`${given || 'no profile or setting'}\`, or `;
  const start = runFolder === null ? 'start a new run without `--resume`' : 'start a new run in another folder';
  const help = newRun
    ? `${hint}${start}`
    : `${hint}undo the edit, ${start}, or go on all the same with \`${acceptFlag}\` (the run records it)`;
  return new CommandError(`${what}, so it does not go on`, { help });
}

function asGiven({ profile, settings }: Plan): string {
  return [...(profile === null ? [] : [`--profile ${profile}`]), ...settings.map((each) => `--set ${each}`)].join(' ');
}
