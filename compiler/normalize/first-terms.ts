/** Terms that a message lists before it leaves the others out. */
const mostTerms = 12;

/** The first terms of a group of shares as text; `…` stands for those that are left out. */
export function firstTerms<Term>(terms: readonly Term[], print: (term: Term) => string, separator: string): string {
  const shown = terms.slice(0, mostTerms).map(print);
  return (terms.length > mostTerms ? [...shown, '…'] : shown).join(separator);
}
