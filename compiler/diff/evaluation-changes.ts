import type { Plan, PlanEvaluation, PlanPoint } from '../plan/types.ts';
import { align } from './align.ts';
import { change, type DiffContext } from './diff-context.ts';
import { noEffect } from './effect.ts';
import type { Change } from './types.ts';

/** What changed in the evaluations: they stand beside the training, so no step of it is another one. */
export function evaluationChanges({ old, new: next }: DiffContext): readonly Change[] {
  return align(old.evaluations, next.evaluations, [({ name }) => name]).flatMap(({ old: a, new: b }) => {
    const { name } = (b ?? a)!;
    if (a === null || b === null) {
      return [change({ action: a === null ? 'added' : 'removed', subject: 'evaluation', name, effect: noEffect })];
    }
    const children = [
      ...pointChanges(pointsOf(a, old), pointsOf(b, next)),
      ...lineChanges(a.tasks.map(taskLine), b.tasks.map(taskLine)),
      ...lineChanges(expectationLines(a, old), expectationLines(b, next)),
    ];
    if (children.length === 0) return [];
    const reason = children.every((child) => child.reason === 'follows') ? 'follows' : 'written';
    return [change({ action: 'changed', subject: 'evaluation', name, reason, effect: noEffect, children })];
  });
}

/** A point is its phase's place and its step: a renamed stage is the same place. */
interface PlacedPoint {
  readonly key: string;
  readonly at: string;
}

function pointsOf({ points }: PlanEvaluation, plan: Plan): readonly PlacedPoint[] {
  return points.map((point) => placed(point, plan));
}

function placed({ at, phase, step }: PlanPoint, { phases }: Plan): PlacedPoint {
  return { key: `${phases.findIndex(({ name }) => name === phase)}:${step}`, at };
}

function pointChanges(old: readonly PlacedPoint[], next: readonly PlacedPoint[]): readonly Change[] {
  const keys = (points: readonly PlacedPoint[]) => points.map(({ key }) => key).join(' ');
  if (keys(old) === keys(next)) return [];
  const names = (points: readonly PlacedPoint[]) => points.map(({ at }) => at);
  // Where only the steps differ, another edit has moved them.
  const follows = names(old).join(' ') === names(next).join(' ');
  return [
    change({
      action: 'changed',
      subject: 'attribute',
      name: 'at',
      unit: 'names',
      old: names(old),
      new: names(next),
      reason: follows ? 'follows' : 'written',
      effect: noEffect,
    }),
  ];
}

/** A member of an evaluation in words: what it is known by, its name, and what it says. */
interface Line {
  readonly key: string;
  readonly name: string;
  readonly text: string;
}

function taskLine({ kind, task, name, shots, formulation }: PlanEvaluation['tasks'][number]): Line {
  const text = [`${kind} ${task}`, ...(formulation === null ? [] : [formulation]), `${shots} shots`].join(', ');
  return { key: name, name: `task ${name}`, text };
}

function expectationLines({ expectations }: PlanEvaluation, plan: Plan): readonly Line[] {
  return expectations.map(({ metric, comparison, value, at, otherwise }) => {
    const point = at === null ? null : placed(at, plan);
    return {
      key: `${metric} ${point?.key}`,
      name: point === null ? `expect ${metric}` : `expect ${metric} at ${point.at}`,
      text: `${comparison} ${value} else ${otherwise}`,
    };
  });
}

/** Lines that came, went, or say something else. */
function lineChanges(old: readonly Line[], next: readonly Line[]): readonly Change[] {
  return align(old, next, [({ key }) => key]).flatMap(({ old: a, new: b }) => {
    if (a?.text === b?.text) return [];
    const action = a === null ? 'added' : b === null ? 'removed' : 'changed';
    const sides = { old: a?.text ?? null, new: b?.text ?? null };
    return [change({ action, subject: 'attribute', name: (b ?? a)!.name, ...sides, effect: noEffect })];
  });
}
