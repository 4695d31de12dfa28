import type { CstNode, ILookaheadStrategy, ParserMethod } from 'chevrotain';
import { RecoveringParser } from './recovering-parser.ts';
import * as T from './tokens.ts';

/** A rule of the grammar as a property of its parser. */
export type Rule = ParserMethod<[], CstNode>;

/** Tokens: after a word, the one behind it tells what it is. */
export const MAXIMUM_LOOKAHEAD = 2;

/** The second half of the grammar of language.md section 3: expressions and the conditions of dataset steps. */
export abstract class ExpressionParser extends RecoveringParser {
  constructor(analysis: ILookaheadStrategy | null) {
    super([...T.TOKENS], {
      maxLookahead: MAXIMUM_LOOKAHEAD,
      recoveryEnabled: false,
      nodeLocationTracking: 'onlyOffset',
      ...(analysis === null ? {} : { lookaheadStrategy: analysis }),
    });
  }

  readonly quantity: Rule = this.RULE('quantity', () => {
    this.CONSUME(T.Numeral);
    this.OPTION(() => {
      this.CONSUME(T.Name, { LABEL: 'unit' });
      this.OPTION2(() => {
        this.CONSUME(T.Per);
        this.CONSUME2(T.Name, { LABEL: 'per' });
      });
    });
  });

  readonly expr: Rule = this.RULE('expr', () => {
    this.SUBRULE(this.product);
    this.MANY(() => {
      this.CONSUME(T.Additive);
      this.SUBRULE2(this.product);
    });
  });

  readonly product: Rule = this.RULE('product', () => {
    this.SUBRULE(this.primary);
    this.MANY(() => {
      this.CONSUME(T.Multiplicative);
      this.SUBRULE2(this.primary);
    });
  });

  readonly primary: Rule = this.RULE('primary', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.LParen);
          this.SUBRULE(this.expr);
          this.CONSUME(T.RParen);
        },
      },
      { ALT: () => this.SUBRULE(this.quantity) },
      { ALT: () => this.CONSUME(T.Percent) },
      { ALT: () => this.CONSUME(T.Quoted) },
      { ALT: () => this.CONSUME(T.RawText) },
      { ALT: () => this.CONSUME(T.Truth) },
      { ALT: () => this.SUBRULE(this.list) },
      {
        ALT: () => {
          this.SUBRULE(this.ref);
          // Only a plain name is called.
          this.OPTION({
            GATE: () => this.LA(-1).tokenType !== T.Dot,
            DEF: () => this.SUBRULE(this.args),
          });
        },
      },
    ]);
  });

  readonly call: Rule = this.RULE('call', () => {
    this.CONSUME(T.Name);
    this.SUBRULE(this.args);
  });

  readonly args: Rule = this.RULE('args', () => {
    this.CONSUME(T.LParen);
    this.OPTION(() => {
      this.SUBRULE(this.arg);
      this.MANY(() => {
        this.CONSUME(T.Comma);
        this.SUBRULE2(this.arg);
      });
      this.OPTION2(() => this.CONSUME2(T.Comma));
    });
    this.CONSUME(T.RParen);
  });

  readonly arg: Rule = this.RULE('arg', () => {
    this.OPTION(() => {
      this.CONSUME(T.Word);
      this.CONSUME(T.Equals);
    });
    this.SUBRULE(this.expr);
  });

  readonly ref: Rule = this.RULE('ref', () => {
    this.CONSUME(T.Name);
    this.MANY(() => {
      this.CONSUME(T.Dot);
      this.CONSUME2(T.Name);
    });
  });

  readonly list: Rule = this.RULE('list', () => {
    this.CONSUME(T.LSquare);
    this.OPTION(() => {
      this.SUBRULE(this.expr);
      this.MANY(() => {
        this.CONSUME(T.Comma);
        this.SUBRULE2(this.expr);
      });
      this.OPTION2(() => this.CONSUME2(T.Comma));
    });
    this.CONSUME(T.RSquare);
  });

  readonly predicate: Rule = this.RULE('predicate', () => {
    this.SUBRULE(this.and);
    this.MANY(() => {
      this.CONSUME(T.Or);
      this.SUBRULE2(this.and);
    });
  });

  readonly and: Rule = this.RULE('and', () => {
    this.SUBRULE(this.not);
    this.MANY(() => {
      this.CONSUME(T.And);
      this.SUBRULE2(this.not);
    });
  });

  readonly not: Rule = this.RULE('not', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Not);
          this.SUBRULE(this.not);
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LParen);
          this.SUBRULE(this.predicate);
          this.CONSUME(T.RParen);
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.operand);
          this.OR2([
            {
              ALT: () => {
                this.SUBRULE(this.compare);
                this.SUBRULE2(this.operand);
              },
            },
            {
              ALT: () => {
                this.CONSUME(T.In);
                this.SUBRULE(this.list);
              },
            },
            {
              ALT: () => {
                this.CONSUME(T.Matches);
                this.CONSUME(T.Quoted);
              },
            },
          ]);
        },
      },
    ]);
  });

  readonly operand: Rule = this.RULE('operand', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Count);
          this.CONSUME(T.LParen);
          this.SUBRULE(this.predicate);
          this.CONSUME(T.RParen);
          this.CONSUME(T.By);
          this.SUBRULE(this.ref);
        },
      },
      { ALT: () => this.SUBRULE2(this.ref) },
      {
        ALT: () => {
          this.OPTION(() => this.CONSUME(T.Minus));
          this.SUBRULE(this.quantity);
        },
      },
      { ALT: () => this.CONSUME(T.Percent) },
      { ALT: () => this.CONSUME(T.Quoted) },
      { ALT: () => this.CONSUME(T.Truth) },
    ]);
  });

  readonly compare: Rule = this.RULE('compare', () => {
    this.CONSUME(T.Comparison);
  });
}
