import type { Block, RecipeFile } from '../../grammar/index.ts';
import { proposeNames } from '../bind/propose-names.ts';
import * as rows from '../diagnostics/catalogue/blocks.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { type OpenBlock, openBlock, openEntries, type WrittenAttribute } from './open-block.ts';
import { reopen } from './reopen.ts';

/** The recipe as written, without profiles, as one block whose children are the blocks of the file. */
export function openRecipe(file: RecipeFile, refused: ReadonlySet<object>): OpenBlock {
  const entries = file.items.filter((item) => item.kind === 'attribute' || (item.kind === 'block' && !isProfile(item)));
  const parts = openEntries(
    entries as readonly ((typeof entries)[number] & { kind: 'attribute' | 'block' })[],
    'recipe',
    refused,
  );
  const head = file.header?.name.span ?? { ...file.span, end: file.span.start };
  return emptyBlock('recipe', head, { ...parts, incomplete: file.incomplete || parts.incomplete });
}

/** The recipe after a profile. A profile that the file lacks is a diagnostic at the recipe's first line. */
export function withProfile(
  recipe: OpenBlock,
  file: RecipeFile,
  profile: string,
  refused: ReadonlySet<object>,
  collector: DiagnosticCollector,
): OpenBlock {
  const known = profileNames(file);
  const block = file.items.find(
    (item): item is Block => item.kind === 'block' && isProfile(item) && item.name?.text === profile,
  );
  if (block) return reopen(recipe, openBlock(block, 'profile', refused), collector);
  if (!file.incomplete) {
    const data = { name: profile, near: proposeNames(profile, known), known };
    collector.add(diagnose(rows.unknownProfile, file.header?.name.span ?? file.span, data));
  }
  return recipe;
}

/** The names of the profiles that a file declares, in its order. */
export function profileNames(file: RecipeFile): readonly string[] {
  return file.items.flatMap((item) => (item.kind === 'block' && isProfile(item) && item.name ? [item.name.text] : []));
}

/** A block that holds nothing but what is given: for settings, which name single attributes. */
export function emptyBlock(
  keyword: OpenBlock['keyword'],
  head: OpenBlock['head'],
  parts: Partial<OpenBlock> = {},
): OpenBlock {
  return {
    keyword,
    name: null,
    head,
    attributes: new Map<string, WrittenAttribute>(),
    range: null,
    layer: 'recipe',
    scaling: null,
    shares: [],
    takes: [],
    steps: [],
    expects: [],
    children: [],
    incomplete: false,
    ...parts,
  };
}

function isProfile(block: Block): boolean {
  return block.keyword.text === 'profile';
}
