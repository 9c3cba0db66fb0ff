/** A weak suite: its OpenSSL name, then the words of a cipher string that select it. */
const weakSuites: readonly (readonly string[])[] = [
  'NULL-MD5 eNULL NULL RSA kRSA aRSA MD5 SSLv3',
  'NULL-SHA eNULL NULL RSA kRSA aRSA SHA SHA1 SSLv3',
  'NULL-SHA256 eNULL NULL RSA kRSA aRSA SHA256 TLSv1.2',
  'ECDHE-RSA-NULL-SHA eNULL NULL ECDHE EECDH kECDHE kEECDH aRSA SHA SHA1 TLSv1',
  'ECDHE-ECDSA-NULL-SHA eNULL NULL ECDHE EECDH kECDHE kEECDH aECDSA ECDSA SHA SHA1 TLSv1',
  'AECDH-NULL-SHA eNULL NULL aNULL AECDH kECDHE kEECDH ECDH SHA SHA1 TLSv1',
  'ADH-AES128-SHA ALL aNULL ADH DH kDHE kEDH AES AES128 SHA SHA1 SSLv3',
  'ADH-AES256-SHA ALL aNULL ADH DH kDHE kEDH AES AES256 SHA SHA1 SSLv3',
  'ADH-AES128-GCM-SHA256 ALL aNULL ADH DH kDHE kEDH AES AES128 AESGCM TLSv1.2',
  'ADH-AES256-GCM-SHA384 ALL aNULL ADH DH kDHE kEDH AES AES256 AESGCM TLSv1.2',
  'ADH-DES-CBC3-SHA ALL aNULL ADH DH kDHE kEDH 3DES DES-CBC3 SHA SHA1 SSLv3',
  'ADH-RC4-MD5 ALL aNULL ADH DH kDHE kEDH RC4 MD5 SSLv3',
  'AECDH-AES128-SHA ALL aNULL AECDH ECDH kECDHE kEECDH AES AES128 SHA SHA1 TLSv1',
  'AECDH-AES256-SHA ALL aNULL AECDH ECDH kECDHE kEECDH AES AES256 SHA SHA1 TLSv1',
  'AECDH-DES-CBC3-SHA ALL aNULL AECDH ECDH kECDHE kEECDH 3DES SHA SHA1 TLSv1',
  'AECDH-RC4-SHA ALL aNULL AECDH ECDH kECDHE kEECDH RC4 SHA SHA1 TLSv1',
  'DES-CBC3-SHA ALL MEDIUM RSA kRSA aRSA 3DES SHA SHA1 SSLv3',
  'EDH-RSA-DES-CBC3-SHA ALL MEDIUM DH EDH DHE kDHE kEDH aRSA 3DES SHA SHA1 SSLv3',
  'DHE-RSA-DES-CBC3-SHA ALL MEDIUM DH EDH DHE kDHE kEDH aRSA 3DES SHA SHA1 SSLv3',
  'EDH-DSS-DES-CBC3-SHA ALL MEDIUM DH EDH DHE kDHE kEDH aDSS DSS 3DES SHA SHA1 SSLv3',
  'ECDHE-RSA-DES-CBC3-SHA ALL MEDIUM ECDH ECDHE EECDH kECDHE kEECDH aRSA 3DES SHA SHA1 TLSv1',
  'ECDHE-ECDSA-DES-CBC3-SHA ALL MEDIUM ECDH ECDHE EECDH kECDHE kEECDH aECDSA ECDSA 3DES SHA SHA1 TLSv1',
  'PSK-3DES-EDE-CBC-SHA ALL MEDIUM PSK kPSK aPSK 3DES SHA SHA1 SSLv3',
  'RC4-MD5 ALL MEDIUM RSA kRSA aRSA RC4 MD5 SSLv3',
  'RC4-SHA ALL MEDIUM RSA kRSA aRSA RC4 SHA SHA1 SSLv3',
  'ECDHE-RSA-RC4-SHA ALL MEDIUM ECDH ECDHE EECDH kECDHE kEECDH aRSA RC4 SHA SHA1 TLSv1',
  'ECDHE-ECDSA-RC4-SHA ALL MEDIUM ECDH ECDHE EECDH kECDHE kEECDH aECDSA ECDSA RC4 SHA SHA1 TLSv1',
  'IDEA-CBC-SHA ALL MEDIUM RSA kRSA aRSA IDEA SHA SHA1 SSLv3',
  'SEED-SHA ALL MEDIUM RSA kRSA aRSA SEED SHA SHA1 SSLv3',
  'DHE-RSA-SEED-SHA ALL MEDIUM DH EDH DHE kDHE kEDH aRSA SEED SHA SHA1 SSLv3',
  'RC2-CBC-MD5 ALL MEDIUM RSA kRSA aRSA RC2 MD5 SSLv2',
  'DES-CBC-SHA ALL LOW RSA kRSA aRSA DES SHA SHA1 SSLv3',
  'EDH-RSA-DES-CBC-SHA ALL LOW DH EDH DHE kDHE kEDH aRSA DES SHA SHA1 SSLv3',
  'EXP-RC4-MD5 ALL EXP EXPORT EXPORT40 RSA kRSA aRSA RC4 MD5 SSLv3',
  'EXP-DES-CBC-SHA ALL EXP EXPORT EXPORT40 RSA kRSA aRSA DES SHA SHA1 SSLv3',
  'EXP-RC2-CBC-MD5 ALL EXP EXPORT EXPORT40 RSA kRSA aRSA RC2 MD5 SSLv3',
  'EXP-EDH-RSA-DES-CBC-SHA ALL EXP EXPORT EXPORT40 DH EDH DHE kEDH aRSA DES SHA SHA1 SSLv3',
].map((line) => line.split(' '));

/**
 * Words that select by strength or key exchange take weak suites along only where OpenSSL still builds them; what
 * a list asks for by such a word is judged by what current builds have behind it.
 */
const named = new Set(
  'eNULL NULL COMPLEMENTOFALL ALL aNULL ADH AECDH EXP EXPORT EXPORT40 LOW MEDIUM DES 3DES DES-CBC3 RC4 RC2 IDEA SEED MD5'.split(
    ' ',
  ),
);

/** A weak suite that a cipher string turns on. */
export interface WeakSuite {
  readonly name: string;
  /** The word of the string that brings it in. */
  readonly by: string;
}

/** Reads an OpenSSL cipher string from left to right: `!` bans for good, `-` takes out, `+` only reorders. */
export function weakSuitesIn(ciphers: string): readonly WeakSuite[] {
  const on = new Map<string, string>();
  const banned = new Set<string>();
  for (const word of ciphers.split(/[:, ;]+/)) {
    const sign = /^[!+-]/.exec(word)?.[0] ?? '';
    const selector = word.slice(sign.length);
    if (selector === '' || selector.startsWith('@') || sign === '+') continue;
    const suites = selectedBy(selector, sign === '');
    if (sign === '') turnOn(suites.filter((suite) => !banned.has(suite)));
    else for (const suite of suites) on.delete(suite);
    if (sign === '!') for (const suite of suites) banned.add(suite);

    function turnOn(names: readonly string[]): void {
      for (const name of names) if (!on.has(name)) on.set(name, word);
    }
  }
  return [...on].map(([name, by]) => ({ name, by }));
}

/** Words that forbid weak suites; nothing that a browser of this century needs is behind the first four. */
const bans = ['aNULL', 'eNULL', 'EXPORT', 'LOW', 'RC4', '3DES', 'RC2', 'IDEA', 'SEED', 'MD5'] as const;
const harmless: ReadonlySet<string> = new Set(bans.slice(0, 4));

/** The string with what it lacks to turn on no weak suite; undefined when nothing else would be left of it. */
export function strongerCiphers(
  ciphers: string,
): { readonly text: string; readonly safety: 'safe' | 'unsafe' } | undefined {
  if (!/(^|[:, ;])(HIGH|ALL|DEFAULT|[^!:+-]*(AES|CHACHA20|GCM))/.test(ciphers)) return undefined;
  let text = ciphers.replace(/[:, ;]+$/, '');
  const added: string[] = [];
  for (const ban of bans) {
    const on = new Set(weakSuitesIn(text).map(({ name }) => name));
    if (!selectedBy(ban, false).some((name) => on.has(name))) continue;
    text += `:!${ban}`;
    added.push(ban);
  }
  if (weakSuitesIn(text).length > 0) return undefined;
  return { text, safety: added.every((ban) => harmless.has(ban)) ? 'safe' : 'unsafe' };
}

/** `A+B` selects what is both; a suite's own name selects it alone. */
function selectedBy(selector: string, adds: boolean): readonly string[] {
  const words = selector.split('+').map((word) => (word === 'COMPLEMENTOFALL' ? 'eNULL' : word));
  const isExplicit = words.some((word) => named.has(word)) || weakSuites.some(([name]) => name === selector);
  if (adds && !isExplicit) return [];
  return weakSuites.filter((tags) => words.every((word) => tags.includes(word))).map(([name = '']) => name);
}
