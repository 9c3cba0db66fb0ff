/**
 * Whether an IAM pattern (`*` any run, `?` one character) matches the whole text. Linear in practice: one
 * remembered star, as for file names.
 */
export function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let resume = 0;
  while (place < text.length) {
    const char = pattern[at];
    if (char === '*') {
      star = at;
      at += 1;
      resume = place;
    } else if (char === '?' || (char !== undefined && char === text[place])) {
      at += 1;
      place += 1;
    } else if (star === -1) return false;
    else {
      at = star + 1;
      resume += 1;
      place = resume;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Actions compare without case; resources do not. */
export function actionMatches(pattern: string, action: string): boolean {
  return globMatches(pattern.toLowerCase(), action.toLowerCase());
}
