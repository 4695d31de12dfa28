import { describe, expect, it } from 'vitest';
import { define } from '../../../cli/commands/explain.ts';
import { catalogue } from '../../../compiler/index.ts';
import { runCommand, temporaryFolder } from '../../support/command-runner.ts';

const explain = (...words: string[]) => runCommand(define, words, temporaryFolder().path);

describe('smol explain', () => {
  it('shows why, a failing recipe with what is said about it, and the repaired one', async () => {
    const { exitCode, out } = await explain('SM0014');
    expect(exitCode).toBe(0);
    expect(out).toContain('100 % web');
    expect(out).toContain('error[SM0014]: the percent sign is separated from its number');
    expect(out).toContain('100% web');
    expect(out).not.toContain('smol explain');
  });

  it.each(['sm0014', '14', 'SM14'])('takes %s', async (written) => {
    expect((await explain(written)).out).toBe((await explain('SM0014')).out);
  });

  it('fits 80 columns for every code', async () => {
    for (const { code } of catalogue) {
      const { out } = await explain(code);
      for (const line of out.split('\n')) expect([...line].length, `${code}: ${line}`).toBeLessThanOrEqual(82);
    }
  });

  it('lists all codes', async () => {
    const { out } = await explain();
    for (const { code } of catalogue) expect(out).toContain(`${code}  `);
  });

  it('names codes near to an unknown one', async () => {
    await expect(explain('SM9999')).rejects.toThrow('there is no diagnostic `SM9999`');
    await expect(explain('SM0041')).rejects.toMatchObject({ help: expect.stringContaining('SM00') });
  });
});
