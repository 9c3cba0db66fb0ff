import { wordsOf } from './dockerfile-words.ts';
import { type Emit, type Environment, placeIn, type RawCommand, type ScriptText } from './shell-script.ts';

/** For scripts that the parser cannot make anything of: cut at `&& || ; |` and line ends, words at blanks. */
export function roughCommands(text: ScriptText, emit: Emit, known: Environment): void {
  const script = text.script.text;
  const separator = /&&|\|\||[;|\n&()]/g;
  let start = 0;
  let pipe: RawCommand['pipe'] = null;
  for (;;) {
    const match = separator.exec(script);
    const end = match?.index ?? script.length;
    const piped = match?.[0] === '|';
    if (piped && !pipe) {
      text.pipes.count += 1;
      pipe = { id: text.pipes.count, index: 0 };
    }
    const command = commandIn(text, start, end, pipe);
    if (command) emit(command, known)?.enter();
    if (!match) return;
    pipe = piped && pipe ? { id: pipe.id, index: pipe.index + 1 } : null;
    start = end + match[0].length;
  }
}

function commandIn(
  text: ScriptText,
  from: number,
  to: number,
  pipe: RawCommand['pipe'],
): RawCommand | undefined {
  const { script } = text;
  const words = wordsOf(script.text.slice(from, to), '\\').map((word) => ({
    text: word.text.replace(/["']/g, ''),
    known: !/[$`]/.test(word.text),
    from: from + word.start,
    to: from + word.end,
    at: placeIn(text, from + word.start, from + word.end),
  }));
  const [first] = words;
  const last = words.at(-1);
  if (!first || !last) return undefined;
  const at = placeIn(text, first.from, last.to);
  return { script, words, env: [], redirects: [], pipe, feeds: null, stdin: null, at };
}
