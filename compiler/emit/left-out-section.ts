import type { Diagnostic } from '../diagnostics/types.ts';

/** The section of an exported README.md that repeats what the target cannot say; nothing where it says all. */
export function leftOutSection(diagnostics: readonly Diagnostic[]): readonly string[] {
  if (diagnostics.length === 0) return [];
  const lines = diagnostics.map(
    ({ code, message, help }) => `- ${code}: ${message}${help === null ? '' : ` (${help})`}`,
  );
  return ['## What is not in these files', '', ...lines, ''];
}
