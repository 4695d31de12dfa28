/** From the concrete tree to the syntax tree. Only here and in build-expression.ts is the concrete tree looked into. */
import type { IToken } from 'chevrotain';
import type {
  Allow,
  Attribute,
  Block,
  BlockKind,
  Entry,
  Expect,
  Expression,
  Header,
  Item,
  Let,
  Range,
  RecipeFile,
  Scaling,
  Share,
  Take,
  Use,
  Verb,
} from './ast.ts';
import {
  type BuildContext,
  buildName,
  buildString,
  documentationAbove,
  isReadable,
  nodeSpan,
  tokenSpan,
} from './build-context.ts';
import {
  buildCall,
  buildComparison,
  buildExpression,
  buildNumber,
  buildPercent,
  buildPredicate,
  buildQuantity,
  buildReference,
} from './build-expression.ts';
import type {
  AllowCstNode,
  AttributeCstNode,
  BlockCstNode,
  BoundCstNode,
  EntryCstNode,
  ExpectCstNode,
  FileCstNode,
  HeaderCstNode,
  ItemCstNode,
  LetCstNode,
  RangeCstNode,
  ScalingCstNode,
  ShareCstNode,
  TakeCstNode,
  UseCstNode,
  VerbCstNode,
} from './cst.d.ts';

/** The tree of a file; what could not be read is not in it, and the block around says that it is incomplete. */
export function buildFile(node: FileCstNode, context: BuildContext): RecipeFile {
  const items = (node.children.item ?? []).map((item) => buildItem(item, context));
  const header = buildHeader(node.children.header[0]!, context);
  return {
    kind: 'file',
    header,
    items: items.filter((item) => item !== null),
    incomplete:
      node.recoveredNode === true ||
      (node.children.item ?? []).some((item, index) => isCut(item, items[index]!, context)),
    span: { file: context.file, start: 0, end: context.text.length },
  };
}

/** Whether something of an entry is missing in the tree. */
function isCut(node: ItemCstNode | EntryCstNode, built: Item | Entry | null, context: BuildContext): boolean {
  if (built === null || !isReadable(node, context)) return true;
  const block: BlockCstNode | undefined = node.children.block?.[0];
  return block !== undefined && !isReadable(block.children.head[0]!, context);
}

function buildHeader(node: HeaderCstNode, context: BuildContext): Header | null {
  const { Recipe, Name, Quoted } = node.children;
  const name = Name?.[0];
  if (!name || name.image === '' || (node.recoveredNode && !Quoted)) return null;
  return {
    kind: 'header',
    name: buildName(name, context),
    extends: Quoted && !context.tainted.has(Quoted[0]!) ? buildString(Quoted[0]!, context) : null,
    documentation: documentationAbove(Recipe[0]!.startOffset, context),
    span: nodeSpan(node, context),
  };
}

/** The part of an item or entry that stands for it, if it was read to its end. */
function readable<Node extends { recoveredNode?: boolean } & Parameters<typeof isReadable>[0]>(
  nodes: readonly Node[] | undefined,
  context: BuildContext,
): Node | undefined {
  const node = nodes?.[0];
  return node && isReadable(node, context) ? node : undefined;
}

function buildItem(node: ItemCstNode, context: BuildContext): Item | null {
  const use = readable(node.children.use, context);
  if (use) return buildUse(use, context);
  const assigned = readable(node.children.let, context);
  if (assigned) return buildLet(assigned, context);
  return buildCommon(node, context);
}

/** What may stand at the top level and in blocks. */
function buildCommon(node: ItemCstNode | EntryCstNode, context: BuildContext): Attribute | Block | Allow | null {
  const attribute = readable(node.children.attribute, context);
  if (attribute) return buildAttribute(attribute, context);
  const block = readable(node.children.block, context);
  if (block) return buildBlock(block, context);
  const allow = readable(node.children.allow, context);
  return allow ? buildAllow(allow, context) : null;
}

function buildEntry(node: EntryCstNode, context: BuildContext): Entry | null {
  const share = readable(node.children.share, context);
  if (share) return buildShare(share, context);
  const take = readable(node.children.take, context);
  if (take) return buildTake(take, context);
  const verb = readable(node.children.verb, context);
  if (verb) return buildVerb(verb, context);
  const expect = readable(node.children.expect, context);
  if (expect) return buildExpect(expect, context);
  return buildCommon(node, context);
}

function buildUse(node: UseCstNode, context: BuildContext): Use {
  const { Name, Quoted } = node.children;
  const names = Name.map((name) => buildName(name, context));
  return { kind: 'use', names, from: buildString(Quoted[0]!, context), span: nodeSpan(node, context) };
}

function buildLet(node: LetCstNode, context: BuildContext): Let {
  const { Name, expr } = node.children;
  const value = buildExpression(expr[0]!, context);
  return { kind: 'let', name: buildName(Name[0]!, context), value, span: nodeSpan(node, context) };
}

function buildAttribute(node: AttributeCstNode, context: BuildContext): Attribute {
  const { Word, expr, quantity } = node.children;
  return {
    kind: 'attribute',
    name: buildName(Word[0]!, context),
    value: buildExpression(expr[0]!, context),
    at: quantity ? buildQuantity(quantity[0]!, context) : null,
    span: nodeSpan(node, context),
  };
}

function buildAllow(node: AllowCstNode, context: BuildContext): Allow {
  const { Name, Quoted } = node.children;
  const reason = buildString(Quoted[0]!, context);
  return { kind: 'allow', code: buildName(Name[0]!, context), reason, span: nodeSpan(node, context) };
}

function buildBlock(node: BlockCstNode, context: BuildContext): Block {
  const head = node.children.head[0]!;
  const { Kind, Name, range, scaling } = head.children;
  const nodes = node.children.entry ?? [];
  const entries = nodes.map((entry) => buildEntry(entry, context));
  const rangeNode = readable(range, context);
  return {
    kind: 'block',
    keyword: { ...buildName(Kind[0]!, context), text: Kind[0]!.image as BlockKind },
    name: Name ? buildName(Name[0]!, context) : null,
    range: rangeNode ? buildRange(rangeNode, context) : null,
    scaling: scaling ? buildScaling(scaling[0]!, context) : null,
    entries: entries.filter((entry) => entry !== null),
    documentation: documentationAbove(Kind[0]!.startOffset, context),
    headSpan: nodeSpan(head, context),
    incomplete:
      isMissing(node.children.RCurly[0]!) ||
      !isReadable(head, context) ||
      nodes.some((entry, index) => isCut(entry, entries[index]!, context)),
    span: nodeSpan(node, context),
  };
}

function buildScaling({ children }: ScalingCstNode, context: BuildContext): Scaling {
  const { Normalized, Rounded } = children;
  const kind = Normalized ? 'normalized' : 'rounded';
  return { kind, span: tokenSpan((Normalized ?? Rounded)![0]!, context) };
}

/** A closing bracket that is not in the text: where the block was meant to end is a guess. */
function isMissing(closer: IToken): boolean {
  return closer.image === '';
}

function buildRange(node: RangeCstNode, context: BuildContext): Range {
  const { from, to } = node.children;
  return {
    kind: 'range',
    from: from ? buildBound(from[0]!, context) : null,
    to: to ? buildBound(to[0]!, context) : null,
    span: nodeSpan(node, context),
  };
}

function buildBound(node: BoundCstNode, context: BuildContext): Expression {
  const { Numeral, Name, expr } = node.children;
  const span = nodeSpan(node, context);
  if (expr) return { kind: 'parenthesized', inner: buildExpression(expr[0]!, context), span };
  const unit = Name ? buildName(Name[0]!, context) : null;
  return { kind: 'quantity', number: buildNumber(Numeral![0]!, context), unit, per: null, span };
}

function buildShare(node: ShareCstNode, context: BuildContext): Share {
  const { ref, scaling, LCurly, share: nodes, RCurly } = node.children;
  const shares = (nodes ?? []).map((part) => (isReadable(part, context) ? buildShare(part, context) : null));
  return {
    kind: 'share',
    amount: buildAmount(node, context),
    target: buildReference(ref[0]!, context),
    group: LCurly ? shares.filter((share) => share !== null) : null,
    scaling: scaling ? buildScaling(scaling[0]!, context) : null,
    incomplete: shares.includes(null) || (RCurly !== undefined && isMissing(RCurly[0]!)),
    span: nodeSpan(node, context),
  };
}

function buildAmount({ children }: ShareCstNode, context: BuildContext): Share['amount'] {
  const { Percent, Numeral, Rest, Once, By_size: BySize } = children;
  if (Percent) return buildPercent(Percent[0]!, context);
  if (Numeral) return buildNumber(Numeral[0]!, context);
  const kind = Rest ? 'rest' : Once ? 'once' : 'by_size';
  return { kind, span: tokenSpan((Rest ?? Once ?? BySize)![0]!, context) };
}

function buildTake(node: TakeCstNode, context: BuildContext): Take {
  const { All, Numeral, Percent, ref } = node.children;
  const amount = Numeral
    ? buildNumber(Numeral[0]!, context)
    : Percent
      ? buildPercent(Percent[0]!, context)
      : ({ kind: 'all', span: tokenSpan(All![0]!, context) } as const);
  return { kind: 'take', amount, target: buildReference(ref[0]!, context), span: nodeSpan(node, context) };
}

function buildVerb(node: VerbCstNode, context: BuildContext): Verb {
  const { Keep, Drop, Dedup, Score, Sample, Percent, predicate, call, Name, quantity } = node.children;
  const span = nodeSpan(node, context);
  const percent = Percent ? buildPercent(Percent[0]!, context) : null;
  if (Keep) return { kind: 'keep', where: buildPredicate(predicate![0]!, context), span };
  if (Drop) return { kind: 'drop', percent, where: buildPredicate(predicate![0]!, context), span };
  if (Sample) return { kind: 'sample', amount: percent ?? buildQuantity(quantity![0]!, context), span };
  const built = buildCall(call![0]!, context);
  if (Score) return { kind: 'score', column: buildName(Name![0]!, context), call: built, span };
  return { kind: Dedup ? 'dedup' : 'decontaminate', call: built, span };
}

function buildExpect(node: ExpectCstNode, context: BuildContext): Expect {
  const { ref, compare, expr, quantity, Warn, Stop } = node.children;
  const at = ref[1] ? buildReference(ref[1], context) : quantity ? buildQuantity(quantity[0]!, context) : null;
  return {
    kind: 'expect',
    metric: buildReference(ref[0]!, context),
    comparison: buildComparison(compare[0]!),
    value: buildExpression(expr[0]!, context),
    at,
    otherwise: Warn ? 'warn' : Stop ? 'stop' : null,
    span: nodeSpan(node, context),
  };
}
