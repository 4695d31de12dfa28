import { formatValue, unitWord } from './format-value.ts';
import type { Change, ChangeAction } from './types.ts';

/** Marks of changes: the first column of the text form. */
export const marks: Readonly<Record<ChangeAction, string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  renamed: '=',
  moved: '>',
  divided: '=',
};

/** What a change is about: `stage stable_2 (was stable_two)`, `schedule`. */
export function titleOf({ subject, name, old_name, phase, action }: Change): string {
  const of = phase === null || phase === 'pretrain' || phase === name ? '' : `${phase}: `;
  const was = old_name === null ? '' : ` (was \`${old_name}\`)`;
  if (subject === 'stages') return action === 'divided' ? `${of}stages` : `${of}${stagesTitle(name)}`;
  const named = subject === 'attribute' || subject === 'setting' || subject === name;
  return `${of}${named ? name : `${subject} ${name}`}${was}`;
}

function stagesTitle(name: string): string {
  return name === 'all' ? 'every stage' : `stages ${name}`;
}

/** Both values: `20% → 15%`; of what came or went the one. '' where there is none. */
export function valuesOf({ action, name, unit, old, new: next }: Change): string {
  if (old === null && next === null) return '';
  const word = name === unit || name.endsWith(` ${unit}`) ? '' : unitWord(unit);
  if (action === 'added') return formatValue(next, unit) + word;
  if (action === 'removed') return formatValue(old, unit) + word;
  const [before, after] = [formatValue(old, unit), formatValue(next, unit)];
  return before === after ? before : `${before} → ${after}${word}`;
}

/** Why a line is there, where it is not an edit of its own. */
export function reasonOf({ reason, action }: Change): string {
  const words = {
    written: '',
    rescaled: 'rescaled',
    follows: 'follows',
    same_source: action === 'renamed' ? 'same source' : '',
    same_range: 'same steps',
    same_steps: 'same steps, same shares',
  };
  return words[reason];
}
