import { nodeCodenames } from '../../facts/image-table.ts';
import type { Parsed, Span, TextSource } from '../../source.ts';

/** A version of a runtime that a file asks for. */
export interface Pin extends Span {
  /** Key in the end-of-life table. */
  readonly product: string;
  readonly label: string;
  readonly spec: string;
  readonly form: 'pin' | 'range';
  /** What tells it from the file's others: `engines.node`. */
  readonly field: string;
}

export interface PinTree {
  readonly type: 'pins';
  readonly pins: readonly Pin[];
}

/** Reads .nvmrc and its like, one version, and .tool-versions, a tool and its versions a line. */
export function parsePins(source: TextSource): Parsed<PinTree> {
  const name = source.uri.slice(source.uri.lastIndexOf('/') + 1);
  const tool = fileTools[name];
  const pins = linesOf(source.text).flatMap((line) => (tool ? ofVersion(tool, line) : ofTool(line)));
  // The first of several for one tool is the one that is used.
  const first = pins.filter(
    (pin, index) => index < mostPins && pins.findIndex(({ product }) => product === pin.product) === index,
  );
  return { tree: { type: 'pins', pins: first }, comments: commentsOf(source.text) };
}

/**
 * The version in a pin's words: `v18.1.0` → 18.1.0, `lts/hydrogen` → 18. Null where it moves with the newest
 * release (`node`, `lts/*`), undefined where the words tell nothing (`system`, a URL).
 */
export function pinnedVersion({ product, spec }: Pin): string | null | undefined {
  const word = spec.toLowerCase();
  if (/^(node|stable|latest|current|lts|lts\/\*|lts\/-0)$/.test(word)) return null;
  if (product === 'nodejs') {
    const codename = word.replace(/^lts[/-]/, '');
    if (Object.hasOwn(nodeCodenames, codename)) return nodeCodenames[codename];
  }
  return /^(?:v|ruby-|python-)?(\d+(?:\.\d+){0,2})(?:$|[-+.]?[a-z])/.exec(word)?.[1];
}

/** No project has this many tools. */
const mostPins = 200;

/** The words of a version are short. */
const longestSpec = 80;

interface Tool {
  readonly product: string;
  readonly label: string;
}

const tools: Readonly<Record<string, Tool>> = {
  nodejs: { product: 'nodejs', label: 'Node.js' },
  node: { product: 'nodejs', label: 'Node.js' },
  python: { product: 'python', label: 'Python' },
  ruby: { product: 'ruby', label: 'Ruby' },
  golang: { product: 'go', label: 'Go' },
  go: { product: 'go', label: 'Go' },
  php: { product: 'php', label: 'PHP' },
  erlang: { product: 'erlang', label: 'Erlang' },
  elixir: { product: 'elixir', label: 'Elixir' },
  perl: { product: 'perl', label: 'Perl' },
};

const fileTools: Readonly<Record<string, string>> = {
  '.nvmrc': 'nodejs',
  '.node-version': 'nodejs',
  '.python-version': 'python',
  '.ruby-version': 'ruby',
};

interface Line {
  readonly text: string;
  readonly start: number;
}

/** Lines without comments and the blanks around them; empty ones are left out. */
function linesOf(text: string): readonly Line[] {
  let start = 0;
  return text.split('\n').flatMap((raw) => {
    const from = start;
    start += raw.length + 1;
    const hash = raw.indexOf('#');
    const kept = (hash === -1 ? raw : raw.slice(0, hash)).trimEnd();
    const lead = kept.length - kept.trimStart().length;
    return kept.length > lead ? [{ text: kept.slice(lead), start: from + lead }] : [];
  });
}

function commentsOf(text: string): readonly Span[] {
  return [...text.matchAll(/#[^\n]*/g)].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
}

function ofVersion(name: string, { text, start }: Line): readonly Pin[] {
  const tool = tools[name];
  return tool
    ? [{ ...tool, spec: text.slice(0, longestSpec), form: 'pin', field: '', start, end: start + text.length }]
    : [];
}

function ofTool({ text, start }: Line): readonly Pin[] {
  const [, name = '', gap = '', spec = ''] = /^(\S+)(\s+)(\S+)/.exec(text) ?? [];
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (!tool || spec === '') return [];
  const from = start + name.length + gap.length;
  return [
    {
      ...tool,
      spec: spec.slice(0, longestSpec),
      form: 'pin',
      field: name,
      start: from,
      end: from + spec.length,
    },
  ];
}
