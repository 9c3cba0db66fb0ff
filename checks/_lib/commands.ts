import type { ShellCommand, ShellWord } from '../../src/model/command.ts';

export type { ShellCommand, ShellWord } from '../../src/model/command.ts';

/** An option as a program would read it. */
export interface Option {
  /** `-k`, `--insecure`. */
  readonly name: string;
  readonly value: string | null;
  readonly word: ShellWord;
}

export interface Arguments {
  readonly options: readonly Option[];
  readonly operands: readonly ShellWord[];
}

/** Reads arguments the way getopt does: clusters of short options, values attached or in the next word. */
export function argumentsOf(
  args: readonly ShellWord[],
  { short, long }: { readonly short: string; readonly long: string },
): Arguments {
  const options: Option[] = [];
  const operands: ShellWord[] = [];
  const takesValue = new Set(long.split(' '));
  for (let place = 0; place < args.length; place += 1) {
    const word = args[place];
    if (!word) continue;
    const { text } = word;
    if (text === '--') {
      operands.push(...args.slice(place + 1));
      break;
    }
    if (!text.startsWith('-') || text === '-') {
      operands.push(word);
      continue;
    }
    const next = args[place + 1]?.text ?? null;
    const taken = text.startsWith('--') ? longOption(word, takesValue, next) : cluster(word, short, next);
    if (taken.next) place += 1;
    options.push(...taken.options);
  }
  return { options, operands };
}

interface Taken {
  readonly options: readonly Option[];
  /** Whether the next word is its value. */
  readonly next: boolean;
}

function longOption(word: ShellWord, takesValue: ReadonlySet<string>, next: string | null): Taken {
  const equals = word.text.indexOf('=');
  const name = equals === -1 ? word.text : word.text.slice(0, equals);
  if (equals !== -1) return { options: [{ name, value: word.text.slice(equals + 1), word }], next: false };
  const takes = takesValue.has(name.slice(2));
  return { options: [{ name, value: takes ? next : null, word }], next: takes };
}

function cluster(word: ShellWord, short: string, next: string | null): Taken {
  const options: Option[] = [];
  for (let place = 1; place < word.text.length; place += 1) {
    const letter = word.text[place] ?? '';
    const name = `-${letter}`;
    if (short.includes(letter)) {
      const rest = word.text.slice(place + 1);
      options.push({ name, value: rest === '' ? next : rest, word });
      return { options, next: rest === '' };
    }
    options.push({ name, value: null, word });
  }
  return { options, next: false };
}

const curlValues = {
  short: 'AbcCdDeEFHKmoPQrtTuUwxXyYz',
  long:
    'user-agent cookie cookie-jar continue-at data data-ascii data-binary data-raw data-urlencode dump-header referer cert ' +
    'form form-string header config max-time output ftp-port quote range telnet-option upload-file user proxy-user ' +
    'write-out proxy request speed-limit speed-time time-cond url cacert capath key retry retry-delay retry-max-time ' +
    'connect-timeout max-redirs limit-rate resolve interface proto proto-redir proto-default tls-max ciphers output-dir ' +
    'oauth2-bearer cert-type key-type pass netrc-file doh-url dns-servers noproxy socks5 socks5-hostname unix-socket ' +
    'json url-query variable max-filesize create-file-mode connect-to keepalive-time',
};
const wgetValues = {
  short: 'oaeiBtOTwQPUlADIXR',
  long:
    'output-file append-output execute input-file base tries output-document timeout dns-timeout connect-timeout ' +
    'read-timeout wait waitretry quota bind-address limit-rate directory-prefix user password http-user ' +
    'http-password proxy-user proxy-password referer header user-agent post-data post-file method body-data ' +
    'certificate private-key ca-certificate ca-directory level accept reject domains',
};

/** Arguments of curl and wget. */
export function fetchArguments({ name, args }: ShellCommand): Arguments {
  return argumentsOf(args, name === 'wget' ? wgetValues : curlValues);
}

export function isFetcher({ name }: ShellCommand): boolean {
  return name === 'curl' || name === 'wget';
}

/** Addresses that a fetch asks. */
export function addressesOf(command: ShellCommand): readonly ShellWord[] {
  const { options, operands } = fetchArguments(command);
  const named = options.filter(({ name }) => name === '--url').map(({ word }) => word);
  return [...operands, ...named];
}
