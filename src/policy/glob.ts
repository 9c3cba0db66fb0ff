/**
 * Whether a path fits a pattern: `*` and `?` stay within a folder, `**` spans any number of them, and a folder stands
 * for all that is in it. Linear in the product of both lengths, whatever the pattern.
 */
export function fitsPath(pattern: string, path: string): boolean {
  const wanted = pattern
    .replace(/^\.?\//, '')
    .split('/')
    .filter((part) => part !== '');
  return fitsFolders([...wanted, '**'], path.split('/'));
}

/** Whether a whole text fits a pattern in which `*` stands for any text. */
export function fitsText(pattern: string, text: string): boolean {
  return matches([...pattern], [...text], {
    isAny: (sign) => sign === '*',
    fits: (sign, char) => sign === char,
  });
}

function fitsFolders(pattern: readonly string[], path: readonly string[]): boolean {
  return matches(pattern, path, {
    isAny: (part) => part === '**',
    fits: (part, name) =>
      matches([...part], [...name], {
        isAny: (sign) => sign === '*',
        fits: (sign, char) => sign === '?' || sign === char,
      }),
  });
}

interface Rules {
  /** Whether the item of the pattern stands for any number of items. */
  isAny(item: string): boolean;
  fits(item: string, given: string): boolean;
}

/** Goes back to the last wildcard only, which is enough, and never further. */
function matches(pattern: readonly string[], given: readonly string[], { isAny, fits }: Rules): boolean {
  let at = 0;
  let place = 0;
  let wildcard = -1;
  let resume = 0;
  while (place < given.length) {
    const item = pattern[at];
    if (item !== undefined && isAny(item)) {
      wildcard = at;
      resume = place;
      at += 1;
    } else if (item !== undefined && fits(item, given[place] ?? '')) {
      at += 1;
      place += 1;
    } else if (wildcard !== -1) {
      at = wildcard + 1;
      resume += 1;
      place = resume;
    } else return false;
  }
  return pattern.slice(at).every(isAny);
}
