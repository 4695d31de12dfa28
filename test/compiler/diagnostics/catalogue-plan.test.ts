import { expect, it } from 'vitest';
import * as rows from '../../../compiler/diagnostics/catalogue/plan.ts';
import { compileRecipe } from '../../../compiler/index.ts';

it.each(Object.values(rows).map((row) => [row.code, row] as const))(
  '%s shows recipes without other errors',
  (code, row) => {
    const errorsOf = (text: string) =>
      compileRecipe('main.smol', { readText: (path) => (path.endsWith('.lock') ? null : text) })
        .diagnostics.filter(({ severity }) => severity === 'error')
        .map((each) => each.code);
    expect(errorsOf(row.explain.right)).toEqual([]);
    expect(errorsOf(row.explain.wrong).filter((each) => each !== code)).toEqual([]);
  },
);
