import colors from 'picocolors';
import type { Severity } from '../types.ts';

/** Colour of the parts of a message. It only supports what the text says: without colour nothing is lost. */
export interface Paint {
  readonly severity: (severity: Severity, text: string) => string;
  readonly strong: (text: string) => string;
  readonly frame: (text: string) => string;
}

/** Paint that colours, or returns texts as they are. */
export function createPaint(color: boolean): Paint {
  const paint = colors.createColors(color);
  const bySeverity = { error: paint.red, warning: paint.yellow, note: paint.cyan };
  return {
    severity: (severity, text) => paint.bold(bySeverity[severity](text)),
    strong: paint.bold,
    frame: paint.blue,
  };
}
