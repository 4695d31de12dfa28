/** Arguments of an instruction, as IFEval's `kwargs` gives them. */
export type InstructionArguments = Readonly<Record<string, unknown>>;

/** Whether an answer does what was asked. Throws `InstructionFault` for arguments that are missing or of another kind. */
export type InstructionChecker = (answer: string, given: Given) => boolean;

/** Reads arguments with their types. */
export interface Given {
  readonly text: (name: string) => string;
  readonly texts: (name: string) => readonly string[];
  readonly number: (name: string) => number;
  /** `at least` or `less than`, as IFEval words its relations. */
  readonly compares: (count: number, relation: string, limit: string) => boolean;
}

/** An instruction's arguments are wrong. */
export class InstructionFault extends Error {}

export function givenBy(values: InstructionArguments): Given {
  const fault = (name: string, what: string) => new InstructionFault(`\`${name}\` is not ${what}`);
  const text = (name: string) => {
    const value = values[name];
    if (typeof value === 'string') return value;
    throw fault(name, 'a text');
  };
  const number = (name: string) => {
    const value = values[name];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw fault(name, 'a number');
  };
  return {
    text,
    number,
    texts: (name) => {
      const value = values[name];
      if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
      throw fault(name, 'a list of texts');
    },
    compares: (count, relation, limit) => {
      const word = text(relation);
      if (word === 'at least') return count >= number(limit);
      if (word === 'less than') return count < number(limit);
      throw fault(relation, '`at least` or `less than`');
    },
  };
}
