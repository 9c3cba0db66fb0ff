const piece = /"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|\\([\s\S])|([^\s"'\\]+)|(\s+)|[\s\S]/g;

/** Splits a command line into words as compose does: quotes and backslashes, no expansion. */
export function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [, double, single, escaped, bare, blank] of line.matchAll(piece)) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? bare ?? '');
  }
  if (word !== undefined) words.push(word);
  return words;
}
