import { type Attributes, shapeMessage } from './attribute.ts';
import { DATA_TYPE_CODE, type GraphType } from './data-type.ts';
import type { GraphBuilder, NodeMessage } from './graph-builder.ts';
import { SavedModelMessage } from './messages.ts';

/** A `FunctionDef` message. */
export interface FunctionMessage {
  readonly signature: {
    readonly name: string;
    readonly isStateful: boolean;
    readonly inputArg: readonly { readonly name: string; readonly type: number }[];
    readonly outputArg: readonly { readonly name: string; readonly type: number }[];
    readonly controlOutput: readonly string[];
  };
  readonly attr: Attributes;
  readonly nodeDef: readonly NodeMessage[];
  readonly ret: Readonly<Record<string, string>>;
  readonly controlRet: Readonly<Record<string, string>>;
}

/** A tensor a signature takes or gives: the node that holds it, without output number. */
export interface SignatureTensor {
  readonly node: string;
  readonly type: GraphType;
  readonly shape: readonly number[];
}

export interface Signature {
  readonly inputs: ReadonlyMap<string, SignatureTensor>;
  readonly outputs: ReadonlyMap<string, SignatureTensor>;
}

/** The one tag of our meta graph; TensorFlow loads by folder and tag. */
export const SERVE_TAG = 'serve';

/** Producer version of the graph, as TensorFlow 2.21 writes it. It decides no behaviour above 1,286. */
const GRAPH_VERSION = { producer: 2000, minConsumer: 12 };

/** The bytes of `saved_model.pb`. Equal graphs give equal bytes. */
export function encodeSavedModel(
  graph: GraphBuilder,
  functions: readonly FunctionMessage[],
  signatures: ReadonlyMap<string, Signature>,
): Uint8Array {
  const metaGraph = {
    metaInfoDef: { tags: [SERVE_TAG], tensorflowVersion: '2.21.0' },
    graphDef: { node: graph.nodes, versions: GRAPH_VERSION, library: { function: functions } },
    signatureDef: Object.fromEntries([...signatures].map(([name, it]) => [name, signatureMessage(name, it)])),
  };
  return SavedModelMessage.encode({ savedModelSchemaVersion: 1, metaGraphs: [metaGraph] }).finish();
}

function signatureMessage(name: string, signature: Signature): object {
  const infos = (tensors: ReadonlyMap<string, SignatureTensor>) =>
    Object.fromEntries(
      [...tensors].map(([key, { node, type, shape }]) => [
        key,
        { name: `${node}:0`, dtype: DATA_TYPE_CODE[type], tensorShape: shapeMessage(shape) },
      ]),
    );
  return { inputs: infos(signature.inputs), outputs: infos(signature.outputs), methodName: `smol/${name}` };
}
