const levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A line of bars, a column each: 0 as a space, then eighths of `full`; anything above 0 shows at least the lowest bar. */
export function blockChart(values: readonly number[], full: number): string {
  return values
    .map((value) => (value <= 0 ? ' ' : levels[Math.min(7, Math.max(0, Math.round((value / full) * 8) - 1))]!))
    .join('');
}

/** Epochs as blocks: filled to what is read, light to the limit; scaled to `width` when there are more. */
export function epochBar(epochs: number, limit: number, width: number): string {
  const scale = Math.min(1, width / Math.max(epochs, limit));
  const filled = epochs > 0 ? Math.max(1, Math.round(epochs * scale)) : 0;
  return '▇'.repeat(filled) + '░'.repeat(Math.max(0, Math.round(limit * scale) - filled));
}
