import { type CstNode, EOF, type ParserMethod } from 'chevrotain';
import { RecoveringParser } from './recovering-parser.ts';
import * as T from './tokens.ts';

type Rule = ParserMethod<[], CstNode>;

/**
 * The grammar of language.md section 3: one rule for each line of its EBNF, under the same name. `head` is
 * the part of `block` before its `{`, a rule of its own because the parser recovers there. Words that are both a keyword and a
 * name are told apart by two tokens of lookahead and by token categories.
 */
export class RecipeParser extends RecoveringParser {
  /** `validate` proves the grammar to be unambiguous with this lookahead; a test does, start-up need not. */
  constructor(validate = false) {
    super([...T.TOKENS], {
      maxLookahead: 2,
      recoveryEnabled: false,
      skipValidations: !validate,
      nodeLocationTracking: 'onlyOffset',
    });
    this.performSelfAnalysis();
  }

  readonly file: Rule = this.RULE('file', () => {
    this.SUBRULE(this.header);
    this.MANY(() => {
      this.CONSUME(T.NewLine);
      this.SUBRULE(this.item);
    });
    this.CONSUME(EOF);
  });

  readonly header: Rule = this.RULE('header', () => {
    this.CONSUME(T.Recipe);
    this.CONSUME(T.Name);
    this.OPTION(() => {
      this.CONSUME(T.Extends);
      this.CONSUME(T.Quoted);
    });
    this.endEntry();
  });

  readonly item: Rule = this.RULE('item', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.use) },
      { ALT: () => this.SUBRULE(this.let) },
      { ALT: () => this.SUBRULE(this.attribute) },
      { ALT: () => this.SUBRULE(this.block) },
      { ALT: () => this.SUBRULE(this.allow) },
    ]);
    this.endEntry();
  });

  readonly use: Rule = this.RULE('use', () => {
    this.CONSUME(T.Use);
    this.CONSUME(T.LCurly);
    this.CONSUME(T.Name);
    this.MANY(() => {
      this.CONSUME(T.Separator);
      this.CONSUME2(T.Name);
    });
    this.OPTION(() => this.CONSUME(T.Comma));
    this.CONSUME(T.RCurly);
    this.CONSUME(T.From);
    this.CONSUME(T.Quoted);
  });

  readonly let: Rule = this.RULE('let', () => {
    this.CONSUME(T.Let);
    this.CONSUME(T.Name);
    this.CONSUME(T.Equals);
    this.SUBRULE(this.expr);
  });

  readonly attribute: Rule = this.RULE('attribute', () => {
    this.CONSUME(T.Word);
    this.CONSUME(T.Equals);
    this.SUBRULE(this.expr);
    this.OPTION(() => {
      this.CONSUME(T.At);
      this.SUBRULE(this.quantity);
    });
  });

  readonly block: Rule = this.RULE('block', () => {
    this.SUBRULE(this.head);
    this.CONSUME(T.LCurly);
    this.OPTION(() => {
      this.SUBRULE(this.entry);
      this.MANY(() => {
        this.CONSUME(T.Separator);
        this.SUBRULE2(this.entry);
      });
      this.OPTION2(() => this.CONSUME(T.Comma));
    });
    this.CONSUME(T.RCurly);
  });

  readonly head: Rule = this.RULE('head', () => {
    this.CONSUME(T.Kind);
    this.OPTION(() => this.CONSUME(T.Name));
    this.OPTION2(() => this.SUBRULE(this.range));
    this.OPTION3(() => this.CONSUME(T.Normalized));
    this.endHead();
  });

  readonly entry: Rule = this.RULE('entry', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.attribute) },
      { ALT: () => this.SUBRULE(this.block) },
      { ALT: () => this.SUBRULE(this.share) },
      { ALT: () => this.SUBRULE(this.take) },
      { ALT: () => this.SUBRULE(this.verb) },
      { ALT: () => this.SUBRULE(this.expect) },
      { ALT: () => this.SUBRULE(this.allow) },
    ]);
    this.endEntry();
  });

  readonly share: Rule = this.RULE('share', () => {
    this.OR([
      { ALT: () => this.CONSUME(T.Percent) },
      { ALT: () => this.CONSUME(T.Numeral) },
      { ALT: () => this.CONSUME(T.Rest) },
    ]);
    this.SUBRULE(this.ref);
    this.OPTION(() => {
      this.OPTION2(() => this.CONSUME(T.Normalized));
      this.CONSUME(T.LCurly);
      this.SUBRULE(this.share);
      this.MANY(() => {
        this.CONSUME(T.Separator);
        this.SUBRULE2(this.share);
      });
      this.OPTION3(() => this.CONSUME(T.Comma));
      this.CONSUME(T.RCurly);
    });
    this.endEntry();
  });

  readonly take: Rule = this.RULE('take', () => {
    this.CONSUME(T.Take);
    this.OR([
      { ALT: () => this.CONSUME(T.All) },
      { ALT: () => this.CONSUME(T.Numeral) },
      { ALT: () => this.CONSUME(T.Percent) },
    ]);
    this.SUBRULE(this.ref);
  });

  readonly verb: Rule = this.RULE('verb', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Keep);
          this.CONSUME(T.Where);
          this.SUBRULE(this.predicate);
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.Drop);
          this.OPTION(() => this.CONSUME(T.Percent));
          this.CONSUME2(T.Where);
          this.SUBRULE2(this.predicate);
        },
      },
      {
        ALT: () => {
          this.OR2([{ ALT: () => this.CONSUME(T.Dedup) }, { ALT: () => this.CONSUME(T.Decontaminate) }]);
          this.SUBRULE(this.call);
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.Score);
          this.CONSUME(T.Name);
          this.CONSUME(T.Equals);
          this.SUBRULE2(this.call);
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.Sample);
          this.OR3([{ ALT: () => this.CONSUME2(T.Percent) }, { ALT: () => this.SUBRULE(this.quantity) }]);
        },
      },
    ]);
  });

  readonly expect: Rule = this.RULE('expect', () => {
    this.CONSUME(T.Expect);
    this.SUBRULE(this.ref);
    this.SUBRULE(this.compare);
    this.SUBRULE(this.expr);
    this.OPTION(() => {
      this.CONSUME(T.At);
      this.OR([{ ALT: () => this.SUBRULE2(this.ref) }, { ALT: () => this.SUBRULE(this.quantity) }]);
    });
    this.OPTION2(() => {
      this.CONSUME(T.Else);
      this.OR2([{ ALT: () => this.CONSUME(T.Warn) }, { ALT: () => this.CONSUME(T.Stop) }]);
    });
  });

  readonly allow: Rule = this.RULE('allow', () => {
    this.CONSUME(T.Allow);
    this.CONSUME(T.Name);
    this.CONSUME(T.Quoted);
  });

  readonly range: Rule = this.RULE('range', () => {
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.bound, { LABEL: 'from' });
          this.CONSUME(T.DotDot);
          this.OPTION(() => this.SUBRULE2(this.bound, { LABEL: 'to' }));
        },
      },
      {
        ALT: () => {
          this.CONSUME2(T.DotDot);
          this.SUBRULE3(this.bound, { LABEL: 'to' });
        },
      },
    ]);
  });

  readonly bound: Rule = this.RULE('bound', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Numeral);
          this.OPTION(() => this.CONSUME(T.Name));
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LParen);
          this.SUBRULE(this.expr);
          this.CONSUME(T.RParen);
        },
      },
    ]);
  });

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
