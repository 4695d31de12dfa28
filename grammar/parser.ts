import { EOF, type ILookaheadStrategy } from 'chevrotain';
import { ExpressionParser, type Rule } from './expression-parser.ts';
import * as T from './tokens.ts';

/**
 * The grammar of language.md section 3: one rule for each line of its EBNF, under the same name. `head` is
 * the part of `block` before its `{`, a rule of its own because the parser recovers there. Words that are both a keyword and a
 * name are told apart by two tokens of lookahead and by token categories. The lines from `quantity` on are in the class above.
 */
export class RecipeParser extends ExpressionParser {
  /** With `analysis` chevrotain analyses and proves the grammar; without, it follows the table that was made from that. */
  constructor(analysis: ILookaheadStrategy | null = null) {
    super(analysis);
    if (analysis === null) this.useKnownLookahead();
    else this.performSelfAnalysis();
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
    this.OPTION3(() => this.SUBRULE(this.scaling));
    this.endHead();
  });

  readonly scaling: Rule = this.RULE('scaling', () => {
    this.OR([{ ALT: () => this.CONSUME(T.Normalized) }, { ALT: () => this.CONSUME(T.Rounded) }]);
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
      { ALT: () => this.CONSUME(T.Once) },
      { ALT: () => this.CONSUME(T.BySize) },
    ]);
    this.SUBRULE(this.ref);
    this.OPTION(() => {
      this.OPTION2(() => this.SUBRULE(this.scaling));
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
}
