import { defineRow } from '../catalogue-row.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** `use` and `extends` (SM1060 to SM1069). */

const whole = sampleRecipe(samplePretrain(['50% web', '50% code']));

export const missingFile = defineRow<{ path: string }>({
  code: 'SM1060',
  severity: 'error',
  message: ({ path }) => `there is no file \`${path}\` beside this one`,
  help: () => 'check the name; a recipe uses files of its own folder',
  explain: {
    title: 'a file that is not there',
    why: 'What a recipe extends or uses is part of what it says. Without the file, nobody can tell what would run.',
    wrong: `${whole}\nuse { english } from "mixtures.smol"\n`,
    right: `${whole}\nmixture english { 100% web }\n`,
  },
});

export const noNeighbour = defineRow<{ path: string; isLink: boolean }>({
  code: 'SM1061',
  severity: 'error',
  message: ({ path, isLink }) =>
    isLink ? `\`${path}\` is a link out of the recipe's folder` : `\`${path}\` is no file of the recipe's folder`,
  help: ({ isLink }) =>
    isLink
      ? 'copy the file into the folder, so that the recipe can be read elsewhere, or allow a wider one: `--root FOLDER`'
      : 'put the file beside this one or in a folder below, and write its path with `/`; `--root FOLDER` allows `..` up to there',
  explain: {
    title: 'a file of another folder',
    why: 'A recipe reads nothing outside of its folder: it is then the same for everyone who has that folder. Files that build on each other stand side by side or below; paths of data count from the folder of the recipe that is run.',
    wrong: `${whole}\nuse { english } from "../mixtures.smol"\n`,
    right: `${whole}\nmixture english { 100% web }\n`,
  },
});

/** A ring, or a chain so long that it is taken for one. */
export const fileCycle = defineRow<{ chain: readonly string[]; isRing: boolean }>({
  code: 'SM1062',
  severity: 'error',
  message: ({ chain, isRing }) =>
    isRing
      ? `the file needs itself: ${chain.map((name) => `\`${name}\``).join(' needs ')}`
      : `${chain.length - 1} files need one another, each the next; \`${chain.at(-1)}\` is not read any more`,
  help: () => 'move what the files share into one that needs none of them',
  explain: {
    title: 'files that need each other',
    why: 'A file is read after those that it extends or uses. In a ring, none could be first.',
    wrong: `${whole}\nuse { english } from "example.smol"\n`,
    right: `${whole}\nmixture english { 100% web }\n`,
  },
});

export const usedAndDeclared = defineRow<{ name: string }>({
  code: 'SM1063',
  severity: 'error',
  message: ({ name }) => `\`${name}\` is used from another file and declared in this one`,
  help: ({ name }) => `rename the one of this file, or leave \`${name}\` out of the \`use\``,
  explain: {
    title: 'a name that is used and declared',
    why: 'Only one of the two could be meant by the name. To change what another file declares, `extends` it and re-open the block.',
    wrong: `${whole}\nuse { web } from "data.smol"\n`,
    right: `${whole}\nuse { books } from "data.smol"\n`,
  },
});
