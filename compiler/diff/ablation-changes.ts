import { canonicalJson } from '../plan/canonical-json.ts';
import type { Plan, PlanAblation } from '../plan/types.ts';
import { align } from './align.ts';
import { titleOf } from './describe-change.ts';
import { change, type DiffContext } from './diff-context.ts';
import { noEffect } from './effect.ts';
import { evaluationChanges } from './evaluation-changes.ts';
import { sameJson } from './field-changes.ts';
import { phaseChanges } from './phase-changes.ts';
import type { Change } from './types.ts';

type Arm = PlanAblation['arms'][number];

/** What changed in the ablations: runs of their own, so no step of the training is another one. */
export function ablationChanges(context: DiffContext): readonly Change[] {
  return align(context.old.ablations, context.new.ablations, [({ name }) => name]).flatMap(({ old, new: next }) => {
    const { name } = (next ?? old)!;
    if (old === null || next === null) {
      return [change({ action: old === null ? 'added' : 'removed', subject: 'ablation', name, effect: noEffect })];
    }
    const children = [...startChanges(old, next), ...armChanges(old, next, context), ...compared(old, next, context)];
    if (children.length === 0) return [];
    const reason = children.every((child) => child.reason === 'follows') ? 'follows' : 'written';
    return [change({ action: 'changed', subject: 'ablation', name, reason, effect: noEffect, children })];
  });
}

function startChanges(old: PlanAblation, next: PlanAblation): readonly Change[] {
  const attribute = (name: string, part: Partial<Change>) =>
    change({ action: 'changed', subject: 'attribute', name, effect: noEffect, ...part });
  const [before, after] = [{ ...old.from }, { ...next.from }];
  return [
    ...(old.of === next.of ? [] : [attribute('of', { old: old.of, new: next.of })]),
    ...(sameJson(before, after) ? [] : [attribute('from', { unit: 'start', old: before, new: after })]),
  ];
}

/** What changed in the arms; what changed alike in all of them is one line. */
function armChanges(old: PlanAblation, next: PlanAblation, context: DiffContext): readonly Change[] {
  const pairs = align(old.arms, next.arms, [({ name }) => name]);
  const lines = pairs.map(({ old: a, new: b }) => (a && b ? armLines(a, b, context) : []));
  const keys = lines.map((each) => new Set(each.map(keyOf)));
  const common = pairs.length > 1 ? (lines[0] ?? []).filter((line) => keys.every((each) => each.has(keyOf(line)))) : [];
  const shared = new Set(common.map(keyOf));
  const under = (title: string) => (line: Change) => ({ ...line, name: `${title}${line.name}` });
  return [
    ...common.map(under('every arm: ')),
    ...pairs.flatMap(({ old: a, new: b }, i) => {
      const name = `arm ${(b ?? a)!.name}`;
      if (a && b) return lines[i]!.filter((line) => !shared.has(keyOf(line))).map(under(`${name}: `));
      return [change({ action: a === null ? 'added' : 'removed', subject: 'attribute', name, effect: noEffect })];
    }),
  ];
}

function keyOf({ name, action, old, new: next }: Change): string {
  return canonicalJson([name, action, old, next]);
}

/** Where an arm starts is said of all arms. */
function armLines(old: Arm, next: Arm, context: DiffContext): readonly Change[] {
  const lines = phaseChanges(armContext(old, next, context)).changes.flatMap(linesOf);
  const own = lines.filter(({ name }) => name !== 'from');
  if (lines.length > 0 || old.hash === next.hash) return own;
  const name = 'the run that it starts from';
  return [change({ action: 'changed', subject: 'attribute', name, reason: 'follows', effect: noEffect })];
}

/** Both plans with an arm's phase for theirs. */
function armContext(old: Arm, next: Arm, context: DiffContext): DiffContext {
  const ofArm = (plan: Plan, { phase, totals }: Arm): Plan => ({ ...plan, phases: [phase], totals });
  return { ...context, position: null, old: ofArm(context.old, old), new: ofArm(context.new, next) };
}

/** The lines of a change, each with its title; they change nothing of the training. */
function linesOf(each: Change): readonly Change[] {
  const title = titleOf({ ...each, phase: null });
  if (each.children.length === 0)
    return [{ ...each, subject: 'attribute', name: title, phase: null, effect: noEffect }];
  return each.children.map((child) => ({ ...child, name: `${title}: ${child.name}`, effect: noEffect }));
}

/** What is compared over the arms. */
function compared(old: PlanAblation, next: PlanAblation, context: DiffContext): readonly Change[] {
  const sides = {
    ...context,
    old: { ...context.old, evaluations: old.evaluations },
    new: { ...context.new, evaluations: next.evaluations },
  };
  return evaluationChanges(sides).flatMap(linesOf);
}
