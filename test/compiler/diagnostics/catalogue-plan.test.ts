import { describe, expect, it } from 'vitest';
import * as rows from '../../../compiler/diagnostics/catalogue/plan.ts';
import { compileRecipe } from '../../../compiler/index.ts';

function codesOf(text: string): readonly string[] {
  return compileRecipe('main.smol', { readText: () => text }).diagnostics.map(({ code }) => code);
}

describe.each(Object.values(rows).map((row) => [row.code, row] as const))('%s', (code, row) => {
  it('has an example that triggers it and one that does not', () => {
    expect(codesOf(row.explain.wrong)).toContain(code);
    expect(codesOf(row.explain.right)).not.toContain(code);
  });

  it('has no other error in its examples', () => {
    const errors = (text: string) =>
      compileRecipe('main.smol', { readText: () => text })
        .diagnostics.filter(({ severity }) => severity === 'error')
        .map((each) => each.code);
    expect(errors(row.explain.right)).toEqual([]);
    expect(errors(row.explain.wrong).filter((each) => each !== code)).toEqual([]);
  });
});
