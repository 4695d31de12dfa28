import { canonicalJson } from '../plan/canonical-json.ts';
import { change } from './diff-context.ts';
import { worstEffect } from './effect.ts';
import type { Change } from './types.ts';

/** An attribute line and the stages in which it stands. */
interface SharedLine {
  readonly line: Change;
  readonly stages: readonly Change[];
}

/**
 * Takes an attribute that changes alike in several stages out of them and into one line: it was one edit of the phase.
 * `known` is the number of stages that both plans have.
 */
export function gatherAttributes(stages: readonly Change[], known: number): readonly Change[] {
  const shared = sharedLines(stages);
  const owners = [...new Set(shared.map(({ stages: each }) => namesOf(each)))];
  const gathered = owners.map((names) => {
    const lines = shared.filter(({ stages: each }) => namesOf(each) === names);
    return gatheredChange(names, lines[0]!.stages.length === known, lines);
  });
  return [...gathered, ...stages.flatMap((stage) => withoutLines(stage, shared))];
}

function sharedLines(stages: readonly Change[]): readonly SharedLine[] {
  const groups = new Map<string, { line: Change; stages: Change[] }>();
  for (const stage of stages) {
    for (const line of stage.children.filter(isSetting)) {
      const known = groups.get(keyOf(line));
      if (known === undefined) groups.set(keyOf(line), { line, stages: [stage] });
      else {
        known.stages.push(stage);
        known.line = { ...known.line, effect: worstEffect([known.line.effect, line.effect]) };
      }
    }
  }
  return [...groups.values()].filter((group) => group.stages.length > 1);
}

function gatheredChange(names: string, isAll: boolean, lines: readonly SharedLine[]): Change {
  const children = lines.map(({ line }) => line);
  return change({
    action: 'changed',
    subject: 'stages',
    name: isAll ? 'all' : names,
    phase: lines[0]!.stages[0]!.phase,
    effect: worstEffect(children.map(({ effect }) => effect)),
    children,
  });
}

/** A stage without the lines that were gathered; it stays when something else of it is to be said. */
function withoutLines(stage: Change, shared: readonly SharedLine[]): readonly Change[] {
  const gathered = new Set(shared.filter((each) => each.stages.includes(stage)).map(({ line }) => keyOf(line)));
  if (gathered.size === 0) return [stage];
  const children = stage.children.filter((line) => !isSetting(line) || !gathered.has(keyOf(line)));
  if (children.length === 0 && stage.old_name === null && stage.consequences.length === 0) return [];
  const reason = children.length === 0 ? 'follows' : stage.reason;
  return [{ ...stage, reason, children }];
}

function isSetting({ subject, name }: Change): boolean {
  return subject === 'attribute' && name !== 'range';
}

function keyOf({ name, old, new: next }: Change): string {
  return canonicalJson([name, old, next]);
}

function namesOf(stages: readonly Change[]): string {
  return stages.map(({ name }) => name).join(', ');
}
