import {
  type CstNode,
  CstParser,
  EOF,
  type IToken,
  isRecognitionException,
  NotAllInputParsedException,
} from 'chevrotain';
import { LOOKAHEAD } from './lookahead.generated.js';
import { type LookaheadTest, lookaheadTest } from './lookahead-test.ts';
import { Comma, LCurly, LParen, LSquare, NewLine, RCurly, RParen, RSquare } from './tokens.ts';

/** One place where the parser could not go on. Indices count tokens. */
export interface ParseFailure {
  /** The token that could not be taken. */
  readonly at: number;
  /** The entry that was left there, from its first token up to the separator after it. */
  readonly entryStart: number;
  readonly entryEnd: number;
  /** The rules that were open, outermost first. */
  readonly rules: readonly string[];
  /** The token that alone could stand there, or null where there were several ways to go on. */
  readonly wanted: string | null;
  /** The entry was complete and something more followed it. */
  readonly trailing: boolean;
}

type RecoveredNode = { -readonly [Key in keyof CstNode]: CstNode[Key] };

/** After so many failures the rest of a file is left out: it is no recipe, and each failure costs time. */
const MAXIMUM_FAILURES = 1000;

const OPENERS = new Set([LCurly, LParen, LSquare]);
const CLOSERS = new Set([RCurly, RParen, RSquare]);
const ENTRY_RULES: ReadonlySet<string> = new Set(['header', 'item', 'entry', 'share']);

/**
 * A chevrotain parser that recovers by entries: after a mistake it goes on at the separator that ends the entry (its brackets
 * counted; the tokens are balanced before), after a mistake in the head of a block at its `{`. Chevrotain's own recovery, which
 * inserts and deletes single tokens and looks for tokens of follow sets, knows neither lines nor nesting and cascades; so it
 * is off, and the one method through which every failure of a rule passes is overridden.
 */
export abstract class RecoveringParser extends CstParser {
  /** The failures of the last parse. Not a class field: chevrotain calls into this class while it is constructed. */
  declare failures: ParseFailure[];
  declare private origin: { readonly error: Error; readonly at: number; readonly rules: readonly string[] } | null;
  declare private wanted: string | null;

  // Internals of chevrotain 11.2 that its declarations leave out.
  declare private currIdx: number;
  declare private readonly CST_STACK: CstNode[];
  declare private getHumanReadableRuleStack: () => string[];
  declare private SAVE_ERROR: (error: Error) => Error;
  declare private selfAnalysisDone: boolean;
  declare private readonly lookAheadFuncsCache: Map<number, LookaheadTest>;

  /**
   * Takes the place of `performSelfAnalysis`: the lookahead comes from a table that was made beforehand, because recording and
   * analysing the grammar takes several times as long as reading a recipe.
   */
  protected useKnownLookahead(): void {
    for (const [key, begins] of LOOKAHEAD) this.lookAheadFuncsCache.set(key, lookaheadTest(begins));
    this.selfAnalysisDone = true;
  }

  /** Sets the tokens of the next parse. */
  start(tokens: IToken[]): void {
    this.input = tokens;
    this.failures = [];
    this.origin = null;
    this.wanted = null;
  }

  /** To be called where an entry is complete: nothing may follow it but a separator. */
  protected endEntry(): void {
    this.ACTION(() => {
      const next = this.LA(1);
      if (![NewLine, Comma, RCurly, EOF].includes(next.tokenType)) {
        this.wanted = 'NewLine';
        throw new NotAllInputParsedException('', next);
      }
    });
  }

  /** To be called where the head of a block is complete: its body must follow. */
  protected endHead(): void {
    this.ACTION(() => {
      if (this.LA(1).tokenType !== LCurly) {
        this.wanted = 'LCurly';
        throw new NotAllInputParsedException('', this.LA(1));
      }
    });
  }

  /** Chevrotain would search the grammar for every path here, which no one reads and which is slow. */
  protected raiseNoAltException(): never {
    this.wanted = null;
    throw new NotAllInputParsedException('', this.LA(1));
  }

  /** As above: only the name of the token is kept. */
  protected consumeInternalError(wanted: { readonly name: string }, found: IToken): never {
    this.wanted = wanted.name;
    throw new NotAllInputParsedException('', found);
  }

  /** Chevrotain calls it for every exception that leaves a rule; it gives back the tree of what was read, or throws on. */
  protected invokeRuleCatch(error: Error & { partialCstResult?: CstNode }): CstNode {
    if (!isRecognitionException(error)) throw error;
    const node: RecoveredNode = this.CST_STACK.at(-1)!;
    node.recoveredNode = true;
    if (this.origin?.error !== error) {
      this.origin = { error, at: this.currIdx + 1, rules: this.getHumanReadableRuleStack() };
    }
    const target = this.resumeAt(node);
    if (target === null) {
      error.partialCstResult = node;
      throw error;
    }
    const { at, rules } = this.origin;
    const entryStart = this.firstToken(node);
    const trailing = this.wanted === 'NewLine' && ENTRY_RULES.has(rules.at(-1)!);
    this.failures.push({ at, entryStart, entryEnd: target, rules, wanted: this.wanted, trailing });
    this.currIdx = target - 1;
    return node;
  }

  /** The index of the token at which the parse goes on after `node` failed, or null if that is for the rule around it. */
  private resumeAt(node: CstNode): number | null {
    const isHead = node.name === 'head';
    if (node.name === 'file') return this.input.length;
    if (this.failures.length >= MAXIMUM_FAILURES) return null;
    if (!isHead && !ENTRY_RULES.has(node.name)) return null;
    let depth = 0;
    let index = isHead ? this.currIdx + 1 : this.firstToken(node);
    for (; index < this.input.length; index++) {
      const type = this.input[index]!.tokenType;
      if (type === EOF) break;
      if (depth === 0 && (CLOSERS.has(type) || type === NewLine || type === Comma)) break;
      if (depth === 0 && isHead && type === LCurly) return index;
      if (OPENERS.has(type)) depth++;
      else if (CLOSERS.has(type)) depth--;
    }
    return isHead ? null : Math.max(index, this.currIdx + 1);
  }

  private firstToken(node: CstNode): number {
    // Chevrotain sets it to where the next token stands when the rule begins.
    const start = node.location!.startOffset;
    let index = Math.min(this.currIdx + 1, this.input.length - 1);
    while (index > 0 && this.input[index]!.startOffset > start) index--;
    // A token that stands for something missing shares its offset with the next.
    while (index > 0 && this.input[index - 1]!.startOffset === start) index--;
    return index;
  }
}
