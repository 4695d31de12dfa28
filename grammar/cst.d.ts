// Generated from grammar/parser.ts by scripts/generate-cst-types.ts.
import type { CstNode, IToken } from 'chevrotain';

export interface QuantityCstNode extends CstNode {
  name: 'quantity';
  children: QuantityCstChildren;
}

export type QuantityCstChildren = {
  Numeral: IToken[];
  unit?: IToken[];
  Per?: IToken[];
  per?: IToken[];
};

export interface ExprCstNode extends CstNode {
  name: 'expr';
  children: ExprCstChildren;
}

export type ExprCstChildren = {
  product: ProductCstNode[];
  Additive?: IToken[];
};

export interface ProductCstNode extends CstNode {
  name: 'product';
  children: ProductCstChildren;
}

export type ProductCstChildren = {
  primary: PrimaryCstNode[];
  Multiplicative?: IToken[];
};

export interface PrimaryCstNode extends CstNode {
  name: 'primary';
  children: PrimaryCstChildren;
}

export type PrimaryCstChildren = {
  LParen?: IToken[];
  expr?: ExprCstNode[];
  RParen?: IToken[];
  quantity?: QuantityCstNode[];
  Percent?: IToken[];
  Quoted?: IToken[];
  RawText?: IToken[];
  Truth?: IToken[];
  list?: ListCstNode[];
  ref?: RefCstNode[];
  args?: ArgsCstNode[];
};

export interface CallCstNode extends CstNode {
  name: 'call';
  children: CallCstChildren;
}

export type CallCstChildren = {
  Name: IToken[];
  args: ArgsCstNode[];
};

export interface ArgsCstNode extends CstNode {
  name: 'args';
  children: ArgsCstChildren;
}

export type ArgsCstChildren = {
  LParen: IToken[];
  arg?: ArgCstNode[];
  Comma?: IToken[];
  RParen: IToken[];
};

export interface ArgCstNode extends CstNode {
  name: 'arg';
  children: ArgCstChildren;
}

export type ArgCstChildren = {
  Word?: IToken[];
  Equals?: IToken[];
  expr: ExprCstNode[];
};

export interface RefCstNode extends CstNode {
  name: 'ref';
  children: RefCstChildren;
}

export type RefCstChildren = {
  Name: IToken[];
  Dot?: IToken[];
};

export interface ListCstNode extends CstNode {
  name: 'list';
  children: ListCstChildren;
}

export type ListCstChildren = {
  LSquare: IToken[];
  expr?: ExprCstNode[];
  Comma?: IToken[];
  RSquare: IToken[];
};

export interface PredicateCstNode extends CstNode {
  name: 'predicate';
  children: PredicateCstChildren;
}

export type PredicateCstChildren = {
  and: AndCstNode[];
  Or?: IToken[];
};

export interface AndCstNode extends CstNode {
  name: 'and';
  children: AndCstChildren;
}

export type AndCstChildren = {
  not: NotCstNode[];
  And?: IToken[];
};

export interface NotCstNode extends CstNode {
  name: 'not';
  children: NotCstChildren;
}

export type NotCstChildren = {
  Not?: IToken[];
  not?: NotCstNode[];
  LParen?: IToken[];
  predicate?: PredicateCstNode[];
  RParen?: IToken[];
  operand?: OperandCstNode[];
  compare?: CompareCstNode[];
  In?: IToken[];
  list?: ListCstNode[];
  Matches?: IToken[];
  Quoted?: IToken[];
};

export interface OperandCstNode extends CstNode {
  name: 'operand';
  children: OperandCstChildren;
}

export type OperandCstChildren = {
  Count?: IToken[];
  LParen?: IToken[];
  predicate?: PredicateCstNode[];
  RParen?: IToken[];
  By?: IToken[];
  ref?: RefCstNode[];
  Minus?: IToken[];
  quantity?: QuantityCstNode[];
  Percent?: IToken[];
  Quoted?: IToken[];
  Truth?: IToken[];
};

export interface CompareCstNode extends CstNode {
  name: 'compare';
  children: CompareCstChildren;
}

export type CompareCstChildren = {
  Comparison: IToken[];
};

export interface FileCstNode extends CstNode {
  name: 'file';
  children: FileCstChildren;
}

export type FileCstChildren = {
  header: HeaderCstNode[];
  NewLine?: IToken[];
  item?: ItemCstNode[];
  EOF: IToken[];
};

export interface HeaderCstNode extends CstNode {
  name: 'header';
  children: HeaderCstChildren;
}

export type HeaderCstChildren = {
  Recipe: IToken[];
  Name: IToken[];
  Extends?: IToken[];
  Quoted?: IToken[];
};

export interface ItemCstNode extends CstNode {
  name: 'item';
  children: ItemCstChildren;
}

export type ItemCstChildren = {
  use?: UseCstNode[];
  let?: LetCstNode[];
  attribute?: AttributeCstNode[];
  block?: BlockCstNode[];
  allow?: AllowCstNode[];
};

export interface UseCstNode extends CstNode {
  name: 'use';
  children: UseCstChildren;
}

export type UseCstChildren = {
  Use: IToken[];
  LCurly: IToken[];
  Name: IToken[];
  Separator?: IToken[];
  Comma?: IToken[];
  RCurly: IToken[];
  From: IToken[];
  Quoted: IToken[];
};

export interface LetCstNode extends CstNode {
  name: 'let';
  children: LetCstChildren;
}

export type LetCstChildren = {
  Let: IToken[];
  Name: IToken[];
  Equals: IToken[];
  expr: ExprCstNode[];
};

export interface AttributeCstNode extends CstNode {
  name: 'attribute';
  children: AttributeCstChildren;
}

export type AttributeCstChildren = {
  Word: IToken[];
  Equals: IToken[];
  expr: ExprCstNode[];
  At?: IToken[];
  quantity?: QuantityCstNode[];
};

export interface BlockCstNode extends CstNode {
  name: 'block';
  children: BlockCstChildren;
}

export type BlockCstChildren = {
  head: HeadCstNode[];
  LCurly: IToken[];
  entry?: EntryCstNode[];
  Separator?: IToken[];
  Comma?: IToken[];
  RCurly: IToken[];
};

export interface HeadCstNode extends CstNode {
  name: 'head';
  children: HeadCstChildren;
}

export type HeadCstChildren = {
  Kind: IToken[];
  Name?: IToken[];
  range?: RangeCstNode[];
  scaling?: ScalingCstNode[];
};

export interface ScalingCstNode extends CstNode {
  name: 'scaling';
  children: ScalingCstChildren;
}

export type ScalingCstChildren = {
  Normalized?: IToken[];
  Rounded?: IToken[];
};

export interface EntryCstNode extends CstNode {
  name: 'entry';
  children: EntryCstChildren;
}

export type EntryCstChildren = {
  attribute?: AttributeCstNode[];
  block?: BlockCstNode[];
  share?: ShareCstNode[];
  take?: TakeCstNode[];
  verb?: VerbCstNode[];
  expect?: ExpectCstNode[];
  allow?: AllowCstNode[];
};

export interface ShareCstNode extends CstNode {
  name: 'share';
  children: ShareCstChildren;
}

export type ShareCstChildren = {
  Percent?: IToken[];
  Numeral?: IToken[];
  Rest?: IToken[];
  Once?: IToken[];
  By_size?: IToken[];
  ref: RefCstNode[];
  scaling?: ScalingCstNode[];
  LCurly?: IToken[];
  share?: ShareCstNode[];
  Separator?: IToken[];
  Comma?: IToken[];
  RCurly?: IToken[];
};

export interface TakeCstNode extends CstNode {
  name: 'take';
  children: TakeCstChildren;
}

export type TakeCstChildren = {
  Take: IToken[];
  All?: IToken[];
  Numeral?: IToken[];
  Percent?: IToken[];
  ref: RefCstNode[];
};

export interface VerbCstNode extends CstNode {
  name: 'verb';
  children: VerbCstChildren;
}

export type VerbCstChildren = {
  Keep?: IToken[];
  Where?: IToken[];
  predicate?: PredicateCstNode[];
  Drop?: IToken[];
  Percent?: IToken[];
  Dedup?: IToken[];
  Decontaminate?: IToken[];
  call?: CallCstNode[];
  Score?: IToken[];
  Name?: IToken[];
  Equals?: IToken[];
  Sample?: IToken[];
  quantity?: QuantityCstNode[];
};

export interface ExpectCstNode extends CstNode {
  name: 'expect';
  children: ExpectCstChildren;
}

export type ExpectCstChildren = {
  Expect: IToken[];
  ref: RefCstNode[];
  compare: CompareCstNode[];
  expr: ExprCstNode[];
  At?: IToken[];
  quantity?: QuantityCstNode[];
  Else?: IToken[];
  Warn?: IToken[];
  Stop?: IToken[];
};

export interface AllowCstNode extends CstNode {
  name: 'allow';
  children: AllowCstChildren;
}

export type AllowCstChildren = {
  Allow: IToken[];
  Name: IToken[];
  Quoted: IToken[];
};

export interface RangeCstNode extends CstNode {
  name: 'range';
  children: RangeCstChildren;
}

export type RangeCstChildren = {
  from?: BoundCstNode[];
  DotDot?: IToken[];
  to?: BoundCstNode[];
};

export interface BoundCstNode extends CstNode {
  name: 'bound';
  children: BoundCstChildren;
}

export type BoundCstChildren = {
  Numeral?: IToken[];
  Name?: IToken[];
  LParen?: IToken[];
  expr?: ExprCstNode[];
  RParen?: IToken[];
};
