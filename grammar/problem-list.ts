import type { SyntaxFault, SyntaxProblem } from './ast.ts';

/** A labelled second place of a problem, in offsets. */
export interface RelatedPlace {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** The problems of one file while they are found. */
export interface ProblemList {
  readonly add: (fault: SyntaxFault, start: number, end: number, related?: RelatedPlace) => void;
  /** Whether a problem found so far begins in `[start, end)`: then another one there would be a cascade. */
  readonly touches: (start: number, end: number) => boolean;
  /** Forgets what lies in `[start, end)`: a better reading of it was found. */
  readonly forget: (start: number, end: number) => void;
  /** In order of place. */
  readonly sorted: () => readonly SyntaxProblem[];
}

/** More problems than a person reads; past it further ones are not kept, so that no text makes the list grow without bound. */
const MAXIMUM_PROBLEMS = 1000;

/** An empty list of problems of `file`. */
export function createProblemList(file: string): ProblemList {
  let problems: SyntaxProblem[] = [];
  return {
    add(fault, start, end, related) {
      if (problems.length >= MAXIMUM_PROBLEMS) return;
      const places = related && {
        related: [{ span: { file, start: related.start, end: related.end }, label: related.label }],
      };
      problems.push({ ...fault, span: { file, start, end }, ...places });
    },
    touches: (start, end) => problems.some(({ span }) => span.start < end && span.end > start),
    forget(start, end) {
      problems = problems.filter(({ span }) => span.start < start || span.end > end);
    },
    sorted: () => problems.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end),
  };
}
