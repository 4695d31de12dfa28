import { formatBytes } from '../../compiler/index.ts';
import type { MachineCheck, MachineReport } from '../../runtime/engine/index.ts';

const MARKS = { good: 'ok', note: 'note', missing: 'missing' } as const;

const VERDICTS = {
  compiled: 'training runs on the compiled engine',
  fallback: 'training falls back to the WebAssembly engine',
  none: 'training cannot run',
} as const;

/** The report as aligned lines, each problem followed by what to do, and a verdict at the end. */
export function doctorView(report: MachineReport): string {
  const width = Math.max(...report.checks.map((check) => check.name.length));
  const lines = report.checks.flatMap((check) => {
    const line = `${MARKS[check.state].padEnd(7)}  ${check.name.padEnd(width)}  ${describe(check)}`.trimEnd();
    return check.help ? [line, `${' '.repeat(9)}= help: ${check.help}`] : [line];
  });
  return `${[...lines, '', VERDICTS[report.training]].join('\n')}\n`;
}

function describe({ detail, bytes }: MachineCheck): string {
  return [bytes === null ? '' : formatBytes(bytes), detail].filter((part) => part !== '').join(', ');
}
