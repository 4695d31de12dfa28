import { isReservedWord } from '../../../grammar/index.ts';

const mostCharacters = 60;

/** Words of the language that would be read otherwise where a name stands, or that name the phase itself. */
const taken = ['pretrain', 'once', 'by_size'];

/**
 * Gives names of the language for names of any form, each once: `stable phase` is `stable_phase`. `kind` is what is written where
 * nothing of a name is left, and after a word of the language.
 */
export function uniqueNames(): (written: string, kind: string) => string {
  const known = new Set<string>(taken);
  const counts = new Map<string, number>();
  return (written, kind) => {
    const isName = /^[A-Za-z_]\w*$/.test(written);
    const words = written.replaceAll(/\W+/g, '_').replaceAll(/^_+|_+$/g, '');
    const plain = (isName ? written : words).slice(0, mostCharacters);
    const spoken = plain === '' ? kind : /^\d/.test(plain) ? `${kind}_${plain}` : plain;
    const base = isReservedWord(spoken) || taken.includes(spoken) ? `${spoken}_${kind}` : spoken;
    let name = base;
    // From where the last one of the name stopped, so that thousands of them take no square of their number.
    for (let count = counts.get(base) ?? 2; known.has(name); count += 1) {
      name = `${base}_${count}`;
      counts.set(base, count + 1);
    }
    known.add(name);
    return name;
  };
}
