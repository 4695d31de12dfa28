import type Fraction from 'fraction.js';
import type { Reference, Span } from '../../grammar/index.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import type { EdgeValue } from '../bind/value.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Quantity } from '../quantity/quantity.ts';
import type { ResolvedPoint } from './types.ts';

/** The phases and stages that points name. */
export interface PointScope {
  readonly collector: DiagnosticCollector;
  readonly incomplete: boolean;
  /** Names of all phases. */
  readonly phases: readonly string[];
  /** The phase of each stage, by the stage's name. */
  readonly stages: ReadonlyMap<string, string>;
  /** The phase that bare positions count in, with the factor of its `scaled_to`. */
  readonly positions: { readonly phase: string; readonly scale: Fraction } | null;
}

/** `stable_2.end`: an edge of a stage or a phase. Null when nothing has the name (a diagnostic says so). */
export function edgePoint({ of, edge, span }: EdgeValue, scope: PointScope): ResolvedPoint | null {
  const { collector, incomplete, phases, stages } = scope;
  const phase = stages.get(of.text);
  if (phase !== undefined) return { phase, at: { kind: 'stage', stage: of.text, edge }, span };
  if (phases.includes(of.text)) return { phase: of.text, at: { kind: 'phase', edge }, span };
  if (incomplete) return null;
  const near = proposeNames(of.text, [...stages.keys(), ...phases]);
  const data = { name: of.text, wanted: 'a stage or a phase', near };
  collector.add(diagnose(names.unknownName, of.span, data, { fix: replaceNameFix(of.span, near) }));
  return null;
}

/** A position in pretraining; null where the recipe has none. */
export function positionPoint({ amount, dimension }: Quantity, span: Span, scope: PointScope): ResolvedPoint | null {
  if (scope.positions === null) return null;
  const { phase, scale } = scope.positions;
  const unit = dimension === 'steps' || dimension === 'part' ? dimension : 'tokens';
  const scaled = unit === 'tokens' ? amount.mul(scale) : amount;
  return { phase, at: { kind: 'position', position: { unit, amount: scaled } }, span };
}

/** A reference as an edge; null, with a diagnostic, when it is none. */
export function edgeOf(reference: Reference, collector: DiagnosticCollector): EdgeValue | null {
  const [of, edge] = reference.path;
  if (reference.path.length === 2 && (edge!.text === 'start' || edge!.text === 'end')) {
    return { kind: 'edge', of: of!, edge: edge!.text, span: reference.span };
  }
  const written = reference.path.map((part) => part.text).join('.');
  collector.add(diagnose(names.unknownEdge, reference.span, { written, of: of!.text }));
  return null;
}

/** Whether two points are one as they are written. */
export function isSamePoint(a: ResolvedPoint, b: ResolvedPoint): boolean {
  if (a.phase !== b.phase || a.at.kind !== b.at.kind) return false;
  if (a.at.kind === 'position' && b.at.kind === 'position') {
    return a.at.position.unit === b.at.position.unit && a.at.position.amount.equals(b.at.position.amount);
  }
  if (a.at.kind === 'stage' && b.at.kind === 'stage') return a.at.stage === b.at.stage && a.at.edge === b.at.edge;
  return a.at.kind === 'phase' && b.at.kind === 'phase' && a.at.edge === b.at.edge;
}
