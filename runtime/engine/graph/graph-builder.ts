import type { Attributes } from './attribute.ts';
import { OP_OUTPUTS } from './op-outputs.ts';

/** One output of a node, or an argument of the function that is being built (`op` null). */
export interface Edge {
  readonly node: string;
  readonly op: string | null;
  readonly output: number;
}

/** A `NodeDef` message. */
export interface NodeMessage {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Attributes;
}

/** The nodes of a graph, or of a function's body, in the order they were added. Names are counted, so equal code gives equal names. */
export class GraphBuilder {
  readonly nodes: NodeMessage[] = [];
  readonly isFunction: boolean;
  #count = 0;

  constructor(kind: 'graph' | 'function') {
    this.isFunction = kind === 'function';
  }

  /** Adds a node; `after` names nodes that must have run before it. Returns its first output. */
  add(
    op: string,
    inputs: readonly Edge[],
    attr: Attributes,
    options: { after?: readonly string[]; name?: string } = {},
  ): Edge {
    const name = options.name ?? `${op}_${this.#count++}`;
    const control = (options.after ?? []).map((node) => `^${node}`);
    this.nodes.push({ name, op, input: [...inputs.map((edge) => this.reference(edge)), ...control], attr });
    return { node: name, op, output: 0 };
  }

  /** An edge as text: `node:1` in a graph; in a function `node:output_argument:0`, or the argument's own name. */
  reference(edge: Edge): string {
    if (edge.op === null) return edge.node;
    if (!this.isFunction) return edge.output ? `${edge.node}:${edge.output}` : edge.node;
    const names = OP_OUTPUTS[edge.op];
    if (!names)
      throw new Error(`the outputs of op \`${edge.op}\` are not known: run \`npx tsx scripts/generate-op-outputs.ts\``);
    const first = names[0] ?? '';
    if (first.endsWith('*')) return `${edge.node}:${first.slice(0, -1)}:${edge.output}`;
    return `${edge.node}:${names[edge.output]}:0`;
  }
}
