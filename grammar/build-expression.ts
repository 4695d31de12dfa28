import type { CstNode, IToken } from 'chevrotain';
import type {
  And,
  Argument,
  Call,
  Comparison,
  Expression,
  List,
  NumberLiteral,
  Operand,
  Percent,
  Predicate,
  Quantity,
  Reference,
  StringLiteral,
  TextLiteral,
} from './ast.ts';
import { type BuildContext, buildName, buildString, nodeSpan, tokenSpan } from './build-context.ts';
import type {
  AndCstNode,
  ArgsCstNode,
  CallCstNode,
  CompareCstNode,
  ExprCstNode,
  ListCstNode,
  NotCstNode,
  OperandCstNode,
  PredicateCstNode,
  PrimaryCstNode,
  ProductCstNode,
  QuantityCstNode,
  RefCstNode,
} from './cst.d.ts';
import { exactNumber } from './exact-number.ts';
import { joinSpans } from './span.ts';
import { textValue } from './string-value.ts';

/** A whole expression; `+` and `-`, like `*` and `/`, group to the left. */
export function buildExpression(node: ExprCstNode, context: BuildContext): Expression {
  const { product, Additive } = node.children;
  return joinLeft(
    product.map((part) => buildProduct(part, context)),
    Additive,
    context,
  );
}

function buildProduct(node: ProductCstNode, context: BuildContext): Expression {
  const { primary, Multiplicative } = node.children;
  return joinLeft(
    primary.map((part) => buildPrimary(part, context)),
    Multiplicative,
    context,
  );
}

function joinLeft(parts: readonly Expression[], operators: readonly IToken[] = [], context: BuildContext): Expression {
  return parts.slice(1).reduce((left, right, index) => {
    const operator = operators[index]!;
    return {
      kind: 'binary',
      operator: operator.image as '+' | '-' | '*' | '/',
      operatorSpan: tokenSpan(operator, context),
      left,
      right,
      span: joinSpans(left.span, right.span),
    };
  }, parts[0]!);
}

function buildPrimary(node: PrimaryCstNode, context: BuildContext): Expression {
  const { expr, quantity, Percent, Quoted, RawText, Truth, list, ref, args } = node.children;
  const span = nodeSpan(node, context);
  if (expr) return { kind: 'parenthesized', inner: buildExpression(expr[0]!, context), span };
  if (quantity) return buildQuantity(quantity[0]!, context);
  if (Percent) return buildPercent(Percent[0]!, context);
  if (Quoted) return buildString(Quoted[0]!, context);
  if (RawText) return buildText(RawText[0]!, context);
  if (Truth) return { kind: 'boolean', value: Truth[0]!.image === 'true', span };
  if (list) return buildList(list[0]!, context);
  if (args && ref![0]!.children.Name.length === 1) {
    return callOf(ref![0]!.children.Name[0]!, args[0]!, node, context);
  }
  return buildReference(ref![0]!, context);
}

function buildText(token: IToken, context: BuildContext): TextLiteral {
  return { kind: 'text', value: textValue(token.image), span: tokenSpan(token, context) };
}

/** A number; `sign` is the minus in front of it in a condition. */
export function buildNumber(token: IToken, context: BuildContext, sign?: IToken): NumberLiteral {
  const text = token.image.replace(/%$/, '');
  const exact = exactNumber(text);
  const whole = tokenSpan(token, context);
  const span = token.image === text ? whole : { ...whole, end: whole.start + text.length };
  if (!sign) return { kind: 'number', text, ...exact, span };
  return {
    kind: 'number',
    text: `-${text}`,
    ...exact,
    numerator: -exact.numerator,
    span: joinSpans(tokenSpan(sign, context), span),
  };
}

export function buildPercent(token: IToken, context: BuildContext): Percent {
  return { kind: 'percent', number: buildNumber(token, context), span: tokenSpan(token, context) };
}

export function buildQuantity(node: QuantityCstNode, context: BuildContext, sign?: IToken): Quantity {
  const { Numeral, unit, per } = node.children;
  const number = buildNumber(Numeral[0]!, context, sign);
  return {
    kind: 'quantity',
    number,
    unit: unit ? buildName(unit[0]!, context) : null,
    per: per ? buildName(per[0]!, context) : null,
    span: joinSpans(number.span, nodeSpan(node, context)),
  };
}

export function buildReference(node: RefCstNode, context: BuildContext): Reference {
  const path = node.children.Name.map((name) => buildName(name, context));
  return { kind: 'reference', path, span: nodeSpan(node, context) };
}

function buildList(node: ListCstNode, context: BuildContext): List {
  const items = (node.children.expr ?? []).map((item) => buildExpression(item, context));
  return { kind: 'list', items, span: nodeSpan(node, context) };
}

export function buildCall(node: CallCstNode, context: BuildContext): Call {
  return callOf(node.children.Name[0]!, node.children.args[0]!, node, context);
}

function callOf(name: IToken, args: ArgsCstNode, node: CstNode, context: BuildContext): Call {
  const list = (args.children.arg ?? []).map((arg): Argument => {
    const { Word, expr } = arg.children;
    return {
      kind: 'argument',
      name: Word ? buildName(Word[0]!, context) : null,
      value: buildExpression(expr[0]!, context),
      span: nodeSpan(arg, context),
    };
  });
  return { kind: 'call', name: buildName(name, context), arguments: list, span: nodeSpan(node, context) };
}

export function buildComparison(node: CompareCstNode): Comparison {
  return node.children.Comparison[0]!.image as Comparison;
}

/** A condition; `or` binds weaker than `and`, `and` weaker than `not`. One term alone stands for itself. */
export function buildPredicate(node: PredicateCstNode, context: BuildContext): Predicate {
  const terms = node.children.and.map((term) => buildAnd(term, context));
  return terms.length === 1 ? terms[0]! : { kind: 'or', terms, span: nodeSpan(node, context) };
}

function buildAnd(node: AndCstNode, context: BuildContext): Predicate {
  const terms = node.children.not.map((term) => buildNot(term, context));
  if (terms.length === 1) return terms[0]!;
  return { kind: 'and', terms, span: nodeSpan(node, context) } satisfies And;
}

function buildNot(node: NotCstNode, context: BuildContext): Predicate {
  const { not, predicate, operand, compare, list, Quoted } = node.children;
  const span = nodeSpan(node, context);
  if (not) return { kind: 'not', inner: buildNot(not[0]!, context), span };
  if (predicate) return buildPredicate(predicate[0]!, context);
  const left = buildOperand(operand![0]!, context);
  if (list) return { kind: 'in', left, list: buildList(list[0]!, context), span };
  if (compare) {
    const right = buildOperand(operand![1]!, context);
    return { kind: 'compare', left, comparison: buildComparison(compare[0]!), right, span };
  }
  const pattern: StringLiteral = buildString(Quoted![0]!, context);
  return { kind: 'matches', left, pattern, span };
}

function buildOperand(node: OperandCstNode, context: BuildContext): Operand {
  const { predicate, ref, Minus, quantity, Percent, Quoted, Truth } = node.children;
  const span = nodeSpan(node, context);
  if (predicate) {
    const by = buildReference(ref![0]!, context);
    return { kind: 'count', where: buildPredicate(predicate[0]!, context), by, span };
  }
  if (ref) return buildReference(ref[0]!, context);
  if (quantity) return buildQuantity(quantity[0]!, context, Minus?.[0]);
  if (Percent) return buildPercent(Percent[0]!, context);
  if (Quoted) return buildString(Quoted[0]!, context);
  return { kind: 'boolean', value: Truth![0]!.image === 'true', span };
}
