import { createContext, Script } from 'node:vm';
import { Environment, Interpreter, Template } from '@huggingface/jinja';

/** The template takes more steps, text or time than a conversation can need. */
export class TemplateWithoutEnd extends Error {
  constructor(what: string) {
    super(`it takes more than ${what} to write one conversation`);
    this.name = 'TemplateWithoutEnd';
  }
}

/**
 * What writing one conversation may take. A step is one evaluated expression or statement; an item of a list that a step makes
 * counts as one too, and so do 64 characters of a text. Common templates take some hundred steps a message.
 */
const MOST_STEPS = 1_000_000;
const STEP_CHARACTERS = 64;
/** Characters of one text. */
const LONGEST_TEXT = 2 ** 24;
/** Items of one `range(…)`. */
const LONGEST_RANGE = 10_000;
/** For what steps do not count, such as comparing lists that hold lists. */
const MOST_MILLISECONDS = 10_000;

interface Node {
  readonly type: string;
}
/** What the interpreter is to this file: the package's declarations do not resolve in ES modules. */
interface Evaluating {
  evaluate(node: Node | undefined, environment: object): { readonly value: unknown };
  run(program: object): { readonly value: unknown };
}
const Base = Interpreter as new (environment: object) => Evaluating;

/** Nodes whose value was there before: it was counted when it was made. */
const readingNodes: ReadonlySet<string> = new Set(['Identifier', 'MemberExpression']);

/** The interpreter of Jinja, which counts what it does. */
class CountingInterpreter extends Base {
  #steps = 0;

  override evaluate(node: Node | undefined, environment: object): { readonly value: unknown } {
    this.#count(1);
    const result = super.evaluate(node, environment);
    if (node !== undefined && !readingNodes.has(node.type)) this.#countValue(result.value);
    return result;
  }

  #countValue(value: unknown): void {
    if (Array.isArray(value)) this.#count(value.length);
    if (typeof value !== 'string') return;
    if (value.length > LONGEST_TEXT) throw new TemplateWithoutEnd(`${LONGEST_TEXT.toLocaleString('en-US')} characters`);
    this.#count(value.length / STEP_CHARACTERS);
  }

  #count(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MOST_STEPS) throw new TemplateWithoutEnd(`${MOST_STEPS.toLocaleString('en-US')} steps`);
  }
}

/**
 * Parses a Jinja template into a function that renders it within limits of steps, text and time, so that no template runs on
 * or fills the memory. Throws the parser's error; the function throws `TemplateWithoutEnd`, or what the template raises.
 */
export function boundedTemplate(
  template: string,
  mostMilliseconds = MOST_MILLISECONDS,
): (variables: Readonly<Record<string, unknown>>) => string {
  const { parsed } = new Template(template);
  const sandbox: { render: () => string } = { render: () => '' };
  const context = createContext(sandbox);
  const script = new Script('render()');
  return (variables) => {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...globals, ...variables })) environment.set(name, value);
    sandbox.render = () => new CountingInterpreter(environment).run(parsed).value as string;
    try {
      return script.runInContext(context, { timeout: mostMilliseconds }) as string;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw new TemplateWithoutEnd(`${mostMilliseconds / 1000} seconds`);
    }
  };
}

/** The day, as templates ask for it. What is trained on must not have it: there templates find no such function. */
export const dateGlobal = { strftime_now: (format: string) => dateText(new Date(), format) };

/** What a template may use beside the conversation: the globals of chat templates in transformers, but the day. */
const globals: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (message: string) => {
    throw new Error(message);
  },
  range,
};

/** As Python's, of `LONGEST_RANGE` items at most. */
function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (step === 0) throw new Error('range() step must not be zero');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= LONGEST_RANGE)) throw new TemplateWithoutEnd(`a range of ${LONGEST_RANGE.toLocaleString('en-US')}`);
  return Array.from({ length }, (_, index) => start + index * step);
}

/** Python's `strftime` with the fields that chat templates use, in English. */
function dateText(date: Date, format: string): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const month = (length: 'long' | 'short') => new Intl.DateTimeFormat('en-US', { month: length }).format(date);
  const fields: Readonly<Record<string, () => string>> = {
    '%Y': () => String(date.getFullYear()),
    '%m': () => two(date.getMonth() + 1),
    '%d': () => two(date.getDate()),
    '%b': () => month('short'),
    '%B': () => month('long'),
    '%H': () => two(date.getHours()),
    '%M': () => two(date.getMinutes()),
    '%%': () => '%',
  };
  return format.replace(/%[YmdbBHM%]/g, (field) => fields[field]!());
}
