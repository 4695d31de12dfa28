import { vocabulary } from '../../grammar/index.ts';
import type { Project } from './check-recipe-safely.ts';
import { growRecipe } from './grow-recipe.ts';

type Random = () => number;

const pick = <T>(items: readonly T[], random: Random): T => items[Math.floor(random() * items.length)]!;

const paths = ['base.smol', 'shared.smol', 'sub/more.smol'];
/** What `use` and `extends` may name: files that are there, the recipe itself, and what leads nowhere or out. */
const targets = [
  ...paths,
  'more.smol',
  'example.smol',
  'missing.smol',
  '../base.smol',
  '/base.smol',
  'sub/../base.smol',
  '',
];
const names = ['web', 'code', 'curated', 'mixed', 'chats', 'tail', 'stable', 'nothing'];
const values = [
  '1',
  '2M',
  '50%',
  '"x"',
  'web',
  'true',
  '[1, 2]',
  'wsd(peak = 1e-3, decay = 10%)',
  '1 / 0',
  '8k',
  '',
  '{',
  '3 T',
  '-1',
];

/**
 * A recipe with others beside it that `use` and `extend` each other, in chains and rings, under a profile and settings: what
 * one file alone cannot get wrong.
 */
export function growProject(recipe: string, random: Random): readonly [string, Project] {
  const grown = () => linked(random() < 0.5 ? recipe : growRecipe(recipe, random), random);
  const files = Object.fromEntries(paths.filter(() => random() < 0.8).map((path) => [path, part(grown(), random)]));
  const profile = random() < 0.5 ? pick(['laptop', 'small', 'nothing'], random) : null;
  const settings = Array.from({ length: Math.floor(random() * 3) }, () => growSetting(random));
  return [random() < 0.3 ? recipe : grown(), { files, profile, settings }];
}

/** A file that is used need not be whole: its first lines, or only its datasets. */
function part(recipe: string, random: Random): string {
  const lines = recipe.split('\n');
  return random() < 0.5 ? recipe : lines.slice(0, 1 + Math.floor(random() * lines.length)).join('\n');
}

function linked(recipe: string, random: Random): string {
  const lines = recipe.split('\n');
  if (random() < 0.4) lines[0] = `${lines[0]} extends "${pick(targets, random)}"`;
  for (let uses = Math.floor(random() * 3); uses > 0; uses -= 1) {
    const used = names.filter(() => random() < 0.3);
    const list = (used.length === 0 ? ['web'] : used).join(', ');
    lines.splice(1, 0, `use { ${list} } from "${pick(targets, random)}"`);
  }
  if (random() < 0.2) lines.splice(1, 0, `let tail = ${pick(values, random)}`);
  return lines.join('\n');
}

function growSetting(random: Random): string {
  const row = pick(vocabulary.attributes, random);
  const block = pick(row.blocks, random);
  const name = random() < 0.5 ? '' : `.${pick(names, random)}`;
  const path = block === 'recipe' ? row.name : `${block}${name}.${row.name}`;
  return `${path}${pick(['=', '=', '=', '', ' = '], random)}${pick(values, random)}`;
}
