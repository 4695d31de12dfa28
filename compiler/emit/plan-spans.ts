import type { Span } from '../../grammar/index.ts';
import type { Plan, PlanOrigin, PlanPlace } from '../plan/types.ts';
import { lineStart, type SourceText } from '../source.ts';

/** Where a value of a plan was written, by its JSON pointer; what has no place of its own has that of what it is part of. */
export type SpanOf = (pointer: string) => Span;

/**
 * Finds the places of a plan's values in the texts it was compiled from. A plan that stands alone has no texts: a span then
 * names the file and its first character. `phases` are the heads of the plan's phases, in order, where the recipe is known: what
 * of a phase is nowhere written, such as a default, stands there.
 */
export function planSpans(plan: Plan, sources: ReadonlyMap<string, SourceText>, phases: readonly Span[] = []): SpanOf {
  const written = Object.entries(plan.provenance).filter(([, origin]) => origin.from !== 'default');
  const byPointer = new Map(written);
  const firstBelow = (pointer: string) => written.find(([at]) => at.startsWith(`${pointer}/`))?.[1];
  const heads = new Map(phases.map((span, index) => [`/phases/${index}`, span]));
  const find = (pointer: string): Span => {
    const head = heads.get(pointer);
    if (head !== undefined) return head;
    const own = byPointer.get(pointer) ?? byPointer.get(`${pointer}/name`) ?? firstBelow(pointer);
    if (own !== undefined || pointer === '') return spanOfOrigin(own, plan, sources);
    return find(pointer.slice(0, pointer.lastIndexOf('/')));
  };
  return find;
}

function spanOfOrigin(origin: PlanOrigin | undefined, plan: Plan, sources: ReadonlyMap<string, SourceText>): Span {
  if (origin !== undefined && 'at' in origin) return spanOfPlace(origin.at, sources);
  if (origin?.from === 'setting') {
    const file = `--set ${origin.text}`;
    return { file, start: 0, end: sources.get(file)?.text.length ?? 1 };
  }
  return { file: plan.recipe, start: 0, end: 1 };
}

/** A plan holds only the last part of a file's path. */
function spanOfPlace(place: PlanPlace, sources: ReadonlyMap<string, SourceText>): Span {
  const isNamed = (file: string) => file === place.file || file.endsWith(`/${place.file}`);
  const source = [...sources.values()].find(({ file }) => isNamed(file.replaceAll('\\', '/')));
  if (source === undefined) return { file: place.file, start: 0, end: 1 };
  return {
    file: source.file,
    start: offsetOf(source, place.line, place.column),
    end: offsetOf(source, place.end_line, place.end_column),
  };
}

/** Columns of a plan count code points, offsets UTF-16 code units. */
function offsetOf(source: SourceText, line: number, column: number): number {
  let offset = lineStart(source, line);
  for (let left = column - 1; left > 0 && offset < source.text.length; left--) {
    offset += source.text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  return offset;
}
