import type { NodeMessage } from '../graph/graph-builder.ts';
import { TraceError } from '../trace/trace-error.ts';

/** The nodes of one graph as those of two functions, the second of which is called after the first. */
export interface SplitGraph {
  readonly first: readonly NodeMessage[];
  readonly second: readonly NodeMessage[];
  /** References to results of the first that the second takes, in the order of their nodes. */
  readonly kept: readonly string[];
}

/**
 * Ops whose results are computed again where both functions need them: moving an array of one value per element costs about what
 * making it costs, and XLA makes it where it is used. Everything else (products, reductions, loops) is computed once and kept.
 */
const CHEAP: ReadonlySet<string> = new Set([
  ...['Const', 'Fill', 'Range', 'ReadVariableOp', 'Identity', 'Cast', 'ZerosLike', 'OnesLike'],
  ...['Reshape', 'ExpandDims', 'BroadcastTo', 'Tile', 'Transpose', 'Slice', 'Split', 'SplitV', 'ConcatV2', 'Pack'],
  ...['GatherV2', 'Select', 'SelectV2', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'],
  ...['LogicalOr', 'LogicalAnd', 'LogicalNot', 'Maximum', 'Minimum', 'Add', 'AddV2', 'Sub', 'Mul', 'Div', 'RealDiv'],
  ...['Neg', 'Square', 'Sqrt', 'Rsqrt', 'Exp', 'Log', 'Sigmoid', 'Tanh'],
]);

/**
 * Splits a graph by its results: the first function gives `first`, the second `second` (references to results of nodes). Throws
 * `TraceError` when the first needs an argument of the second (`later`).
 */
export function splitGraph(
  nodes: readonly NodeMessage[],
  first: readonly string[],
  second: readonly string[],
  later: ReadonlySet<string>,
): SplitGraph {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const early = reached(byName, first, () => true);
  for (const node of early.values()) {
    const wrong = node.input.find((reference) => later.has(reference));
    if (wrong) throw new TraceError(`\`${node.name}\` of the first function uses \`${wrong}\` of the second`);
  }
  const kept = new Set<string>();
  const late = reached(byName, second, (node, reference) => {
    const again = !early.has(node.name) || CHEAP.has(node.op);
    if (!again) kept.add(reference);
    return again;
  });
  const order = new Map(nodes.map(({ name }, index) => [nodeOf(name), index]));
  return {
    first: nodes.filter(({ name }) => early.has(name)),
    second: nodes.filter(({ name }) => late.has(name)),
    kept: [...kept].sort((a, b) => order.get(nodeOf(a))! - order.get(nodeOf(b))! || (a < b ? -1 : 1)),
  };
}

/** Nodes that some results need; `enter` says whether to go on into a node by one of its results. */
function reached(
  byName: ReadonlyMap<string, NodeMessage>,
  results: readonly string[],
  enter: (node: NodeMessage, reference: string) => boolean,
): Map<string, NodeMessage> {
  const found = new Map<string, NodeMessage>();
  const open = [...results];
  for (let reference = open.pop(); reference !== undefined; reference = open.pop()) {
    const node = byName.get(nodeOf(reference));
    // An argument of the function is no node.
    if (!node || !enter(node, reference) || found.has(node.name)) continue;
    found.set(node.name, node);
    open.push(...node.input);
  }
  return found;
}

/** `node:output:0`, `^node` (a control edge) or an argument's name. */
const nodeOf = (reference: string): string => reference.replace(/^\^/, '').split(':', 1)[0]!;
