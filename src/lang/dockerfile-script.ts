import type { Instruction } from './dockerfile.ts';
import { joiner, type Logical, sliceOf } from './logical.ts';

/** The script that the shell of a RUN gets: its line, with here-documents where the shell would read them. */
export function scriptOf({ args, heredocs }: Instruction): Logical {
  const [first] = heredocs;
  if (!first) return args;
  if (
    heredocs.length === 1 &&
    args.text.slice(0, first.opening.start).trim() === '' &&
    first.opening.end >= args.text.trimEnd().length
  )
    return first.body;
  const parts = joiner();
  const add = (piece: Logical): void => {
    piece.starts.forEach((start, index) => {
      parts.add(piece.text.slice(start, piece.starts[index + 1]), piece.offsets[index] ?? 0);
    });
  };
  add(args);
  for (const { name, body, end } of heredocs) {
    parts.add('\n', args.offsets[0] ?? 0, 0);
    add(body.text.endsWith('\n') ? sliceOf(body, 0, body.text.length - 1) : body);
    if (body.text !== '') parts.add('\n', end, 0);
    parts.add(name, Math.max(0, end - name.length));
  }
  return parts.done(args.offsets[0] ?? 0);
}
