import { DataError } from '../../data/data-error.ts';
import type { LoadedTask } from '../task/load-task.ts';
import { rowValue } from '../task/row-value.ts';
import type { PassAtKTask } from '../task/task-definition.ts';
import { meanOf } from './estimate.ts';
import type { Measurement, PreparedTask } from './prepared-task.ts';

type LoadedPassAtK = LoadedTask & { readonly definition: PassAtKTask };

/**
 * pass@k of programs that were run elsewhere: a row for each try, `{"task_id": …, "passed": true}`. Nothing is run here.
 * Throws DataError for a problem with fewer tries than k.
 */
export function preparePassAtK({ definition, rows, owner }: LoadedPassAtK): PreparedTask {
  const tries = new Map<string, { count: number; passed: number }>();
  for (const row of rows) {
    const problem = String(rowValue('task_id', row, owner));
    const passed = rowValue('passed', row, owner);
    if (typeof passed !== 'boolean') {
      throw new DataError(`${owner}: \`${row.place}\`: \`passed\` is not true or false`, 'give a row for each try');
    }
    const known = tries.get(problem) ?? { count: 0, passed: 0 };
    tries.set(problem, { count: known.count + 1, passed: known.passed + Number(passed) });
  }
  const fewest = [...tries].reduce((least, each) => (each[1].count < least[1].count ? each : least));
  const beyond = definition.k.find((k) => k > fewest[1].count);
  if (beyond !== undefined) {
    throw new DataError(
      `${owner}: pass@${beyond} needs ${beyond} tries of each problem; \`${fewest[0]}\` has ${fewest[1].count}`,
      'give more tries, or ask for a smaller `k`',
    );
  }
  return { how: 'read', judge: () => judgeTries([...tries.values()], definition.k) };
}

function judgeTries(
  problems: readonly { readonly count: number; readonly passed: number }[],
  ks: readonly number[],
): Measurement {
  const metrics = Object.fromEntries(
    ks.map((k) => [`pass@${k}`, meanOf(problems.map(({ count, passed }) => passAtK(count, passed, k)))]),
  );
  return { items: problems.length, truncated: 0, metrics, primary: `pass@${Math.min(...ks)}` };
}

/** Unbiased: 1 - C(n - c, k) / C(n, k), as a product that does not overflow (Chen et al. 2021, arXiv:2107.03374). */
export function passAtK(count: number, passed: number, k: number): number {
  if (count - passed < k) return 1;
  let allFail = 1;
  for (let i = count - passed + 1; i <= count; i++) allFail *= 1 - k / i;
  return 1 - allFail;
}
