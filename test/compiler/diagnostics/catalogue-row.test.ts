import { expect, it } from 'vitest';
import { malformedSetting } from '../../../compiler/diagnostics/catalogue/settings.ts';
import { diagnose } from '../../../compiler/diagnostics/catalogue-row.ts';

it('a number of hundreds of digits is shortened in what is said, and no other', () => {
  const span = { file: 'main.smol', start: 0, end: 1 };
  const said = (text: string) => diagnose(malformedSetting, span, { text }, { related: [{ span, label: text }] });
  expect(said('3'.repeat(500)).message).toBe('the setting `33333333333333333333…` is not of the form PATH=VALUE');
  expect(said('3'.repeat(500)).related[0]!.label).toBe('33333333333333333333…');
  expect(said('3'.repeat(59)).message).toContain('3'.repeat(59));
});
