import { generateSource } from './generate-source.ts';
import { functionRow, parameter } from './row.ts';
import { anyOf, atLeast, beyond, edge, listOf, real, text, whole, words } from './value-types.ts';

const peak = parameter({
  name: 'peak',
  type: real(['number'], { most: atLeast('1000000') }),
  default: 'required',
  documentation: 'Highest learning rate.',
});
const warmup = parameter({
  name: 'warmup',
  type: real(['steps', 'tokens', 'part'], { least: atLeast('0') }),
  default: { value: '0 steps', source: 'no warm-up unless one is asked for' },
  documentation: 'Length of the linear rise to the peak, which its last step reaches.',
});
const to = parameter({
  name: 'to',
  type: real(['number'], { least: atLeast('0'), most: atLeast('1000000') }),
  default: { value: '0', source: "SmolLM2's schedule ends at zero" },
  documentation: 'Learning rate at the end, which the last step reaches.',
});

/** Functions that say how the learning rate runs. */
export const scheduleFunctions = {
  wsd: functionRow({
    name: 'wsd',
    byPlace: 0,
    repeated: false,
    documentation: 'Warm-up, a stable part at the peak, and a decay (Hu et al. 2024, MiniCPM).',
    parameters: {
      peak,
      warmup,
      decay: parameter({
        name: 'decay',
        type: real(['steps', 'tokens', 'part'], { least: atLeast('0') }),
        default: 'none',
        documentation: 'Length of the decay, which ends with the phase; or else `decay_from`.',
      }),
      decayFrom: parameter({
        name: 'decay_from',
        type: anyOf(edge, real(['steps', 'tokens', 'part'], { least: atLeast('0') })),
        default: 'none',
        documentation: 'Where the decay starts: a position, or an edge of a stage such as `decay.start`.',
      }),
      shape: parameter({
        name: 'shape',
        type: words('linear', 'cosine', 'one_minus_sqrt'),
        default: { value: 'linear', source: "SmolLM2's schedule" },
        documentation: 'Curve of the decay.',
      }),
      to,
    },
  }),
  constant: functionRow({
    name: 'constant',
    byPlace: 0,
    repeated: false,
    documentation: 'Warm-up, then the peak to the end.',
    parameters: { peak, warmup },
  }),
  cosine: functionRow({
    name: 'cosine',
    byPlace: 0,
    repeated: false,
    documentation: 'Warm-up, then half a cosine from the peak to the end (Loshchilov and Hutter 2016).',
    parameters: { peak, warmup, to },
  }),
  linear: functionRow({
    name: 'linear',
    byPlace: 0,
    repeated: false,
    documentation: 'Warm-up, then a straight line from the peak to the end.',
    parameters: { peak, warmup, to },
  }),
  inverseSqrt: functionRow({
    name: 'inverse_sqrt',
    byPlace: 0,
    repeated: false,
    documentation: 'Warm-up, then a fall with the square root of the step (Vaswani et al. 2017), never below `to`.',
    parameters: { peak, warmup, to },
  }),
};

const beta = (name: string, value: string, what: string) =>
  parameter({
    name,
    type: real(['number'], { least: atLeast('0'), most: beyond('1') }),
    default: { value, source: "Llama 2's and SmolLM2's configuration" },
    documentation: what,
  });

export const adamw = functionRow({
  name: 'adamw',
  byPlace: 0,
  repeated: false,
  documentation: 'Adam with decoupled weight decay (Loshchilov and Hutter 2017).',
  parameters: {
    beta1: beta('beta1', '0.9', 'Decay of the first moment.'),
    beta2: beta('beta2', '0.95', 'Decay of the second moment.'),
    eps: parameter({
      name: 'eps',
      type: real(['number'], { most: atLeast('1') }),
      default: { value: '1e-8', source: 'Kingma and Ba 2014' },
      documentation: 'Added to the root of the second moment.',
    }),
    weightDecay: parameter({
      name: 'weight_decay',
      type: real(['number'], { least: atLeast('0'), most: atLeast('10') }),
      default: { value: '0.01', source: "SmolLM2's configuration" },
      documentation: 'Part of each weight that a step at learning rate 1 would take away.',
    }),
    decayExclude: parameter({
      name: 'decay_exclude',
      type: listOf(words('norms', 'embeddings')),
      default: { value: '[]', source: 'nanotron decays every parameter' },
      documentation: 'Parameters without weight decay.',
    }),
  },
});

export const every = functionRow({
  name: 'every',
  byPlace: 1,
  repeated: false,
  documentation: 'At regular distances in steps or tokens.',
  parameters: {
    interval: parameter({
      name: 'interval',
      type: whole(['steps', 'tokens']),
      default: 'required',
      documentation: 'The distance.',
    }),
    keep: parameter({
      name: 'keep',
      type: whole(['number'], { most: atLeast('1000000') }),
      default: 'none',
      documentation: 'How many of the newest are kept; all unless it is given. The final one always is.',
    }),
  },
});

export const sourceFunctions = {
  local: functionRow({
    name: 'local',
    byPlace: 1,
    repeated: true,
    documentation: "Files of this machine, relative to the recipe's folder; `*` and `**` match many.",
    parameters: {
      path: parameter({ name: 'path', type: text, default: 'required', documentation: 'A path or a pattern.' }),
    },
  }),
  hf: functionRow({
    name: 'hf',
    byPlace: 1,
    repeated: false,
    documentation: 'A repository of the Hugging Face hub.',
    parameters: {
      repository: parameter({
        name: 'repository',
        type: text,
        default: 'required',
        documentation: 'Its name, as `owner/name`.',
      }),
      config: parameter({
        name: 'config',
        type: text,
        default: 'none',
        documentation: 'A configuration (subset) of it.',
      }),
      split: parameter({ name: 'split', type: text, default: 'none', documentation: 'A split; `train` unless given.' }),
      revision: parameter({
        name: 'revision',
        type: text,
        default: 'none',
        documentation: 'A branch, tag or commit.',
      }),
    },
  }),
  generate: generateSource,
};

export const textFormat = functionRow({
  name: 'text',
  byPlace: 1,
  repeated: false,
  documentation: 'Plain text in one column.',
  parameters: {
    column: parameter({
      name: 'column',
      type: text,
      default: { value: '"text"', source: 'the usual column of text datasets on the Hugging Face hub' },
      documentation: 'The column.',
    }),
  },
});
