/** What a secret looks like: by its name, by its value, by the file that it is in. */

const passwords = /^(passwords?|passwd|passphrase|pass|pwd|pword|passcode)$/;
const secrets = /^(secret|secrets|token|apikey|credential|credentials|accesskey|secretkey|privatekey)$/;
const joinedNames =
  /(password|passwd|passphrase|secret|token|apikey)$|^(db|user|root|admin|mysql|pg|redis|smtp|mail|ftp|sa)(pass|pwd)$/;
/** `KEY` says little by itself: cache keys, sort keys. With one of these before it, it does. */
const keyKinds =
  /^(api|access|private|secret|encryption|signing|master|app|auth|jwt|session|crypt|storage|account|deploy|webhook|admin|service)$/;
/** Behind the telling word they turn it into a setting about a secret: `TOKEN_TTL`, `PASSWORD_FILE`. */
const aboutBehind =
  /^(file|files|path|paths|dir|directory|folder|version|name|names|id|ids|url|uri|endpoint|host|hostname|port|type|types|algorithm|alg|algo|expiry|expires|expiration|expire|ttl|timeout|lifetime|age|length|len|size|min|max|count|limit|enabled|enable|disabled|required|sock|socket|header|headers|policy|rounds|issuer|audience|scope|scopes|prefix|suffix|format|field|param|regex|pattern|method|mode|provider|store|backend|manager|service|location|mount|template|source|arn|region|rotation|interval|days|hours|minutes|seconds|dummy|cmd|command|fingerprint|label|labels|server|user|username|email|reset|validation|validators|hashers|check|cache|reviewer)$/;
const aboutBefore =
  /^(public|allow|random|enable|disable|require|use|min|max|no|has|is|skip|empty|generate|show|hide|pub|num|gpg|reset)$/;

/** What stores of objects call the name of a user; the secret is its companion, `SECRET_KEY`. */
const storeUser = /(^|_)(minio|s3|aws|oss|cos|obs)_access_key$/;

/** `sure`: the name alone tells. `maybe`: `STRIPE_KEY`; the value has to look like one too. */
export type SecretName = 'sure' | 'maybe' | false;

/** Whether a variable of this name is meant to hold a secret: `DB_PASSWORD`, `apiKey`; not `TOKEN_TTL`. */
export function secretName(name: string): SecretName {
  if (name.length > 200 || name === 'PWD' || name === 'OLDPWD') return false;
  const words = wordsOfName(name);
  let found: SecretName = false;
  let place = -1;
  words.forEach((word, index) => {
    const kind = wordKind(word, words[index - 1]);
    if (kind === false || (found === 'sure' && kind === 'maybe')) return;
    found = kind;
    place = index;
  });
  if (place === -1) return false;
  if (words.slice(place + 1).some((word) => aboutBehind.test(word))) return false;
  if (words.slice(0, place).some((word) => aboutBefore.test(word))) return false;
  return storeUser.test(words.join('_')) ? 'maybe' : found;
}

function wordKind(word: string, before: string | undefined): SecretName {
  if (passwords.test(word) || secrets.test(word) || joinedNames.test(word)) return 'sure';
  if (word === 'key') return before !== undefined && keyKinds.test(before) ? 'sure' : 'maybe';
  return word === 'auth' || word === 'salt' ? 'maybe' : false;
}

/** `dbPassword` → db, password; `DB_PASSWORD` → db, password. */
function wordsOfName(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

const nothing =
  /^(true|false|yes|no|on|off|none|null|nil|undefined|unset|empty|default|disabled|enabled|auto)$/i;
const standIn =
  /change[-_ ]?(me|it|this)|replace|placeholder|your[-_ ]|yourpassword|example|sample|dummy|fake|insert|todo|redacted|not[-_ ]?(set|used|needed|secret|real)|unused|masked|^build[-_]?(time)?$|xxx|\.\.\.|^my[-_ ]?(super[-_ ]?)?(secret|password|token|api[-_ ]?key)/i;
/** Text that some program fills in, or a pointer to where the secret really is. */
const reference =
  /\$\{|\$\(|\{\{|^%[^%]*%$|^\$[A-Za-z_]|^<[^>]*>$|^(vault|ssm|op|awssm|gcpsm|secretref|file|env|keyvault|doppler|arn|sops):|^ENC\[/i;
const hashed = /^\$(2[aby]|argon2|scrypt|5|6|1|apr1|y)\$|^\{(SHA|SSHA|BCRYPT|bcrypt|noop)\}|^pbkdf2[_:]/;

/** Whether the value is no secret at all: nothing, a stand-in, a reference to elsewhere. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  if (text.length < 3 || nothing.test(text) || /^\d{1,5}$/.test(text)) return true;
  if (text.length > 4096) return false;
  return (
    sameCharacter(text) || reference.test(text) || hashed.test(text) || isPlace(text) || standIn.test(text)
  );
}

function sameCharacter(text: string): boolean {
  for (let index = 1; index < text.length; index += 1) if (text[index] !== text[0]) return false;
  return true;
}

/** A path or an address: where something is, not what it is. */
function isPlace(text: string): boolean {
  if (
    /^[\w.-]+(\.(json|ya?ml|txt|pem|key|crt|cer|p12|pfx|jks|keystore|conf|ini|properties|creds?)|_creds?)$/i.test(
      text,
    )
  )
    return true;
  if (/^(\.{0,2}|~)\/[\w.@/+-]*$/.test(text))
    return /\/.*[./]|^\/(run|etc|var|usr|opt|app|home|root|tmp|secrets)\b|^\.{1,2}\//.test(text);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !credentialsInUrl(text);
}

const weakPasswords = new Set(
  (
    'password passw0rd password1 password123 pass secret changeme change_me changeit admin admin123 administrator root ' +
    'toor test test123 testing example default guest user postgres postgresql mysql mariadb mongo mongodb redis minio ' +
    'minioadmin minio123 rabbitmq elastic elastic123 123 1234 12345 123456 1234567 12345678 123456789 qwerty letmein ' +
    'welcome docker demo dev develop development my-secret-pw mysecretpassword somewordpress wordpress examplepass ' +
    'yourstrong(!)password supersecretkey supersecret airflow grafana nextcloud keycloak sonar app secretpassword'
  ).split(' '),
);

/** Whether the value is among the first that anybody would try. */
export function isWeakPassword(value: string): boolean {
  return weakPasswords.has(value.toLowerCase());
}

/** Whether the value looks drawn by chance: long, of several classes, not a word or an identifier. */
export function looksRandom(value: string): boolean {
  if (value.length < 16 || value.length > 4096 || /\s/.test(value)) return false;
  if (/^[0-9a-f]{32,}$/i.test(value)) return true;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (/^[a-z]+([-_.:/][a-z0-9]+)+$|^[A-Z]+(_[A-Z0-9]+)+$/.test(value)) return false;
  return new Set(value).size >= 10;
}

export interface SecretToken {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** Shapes that providers give their keys; none of them needs more than one pass. */
const shapes: readonly (readonly [kind: string, shape: RegExp])[] = [
  ['AWS access key id', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b/],
  ['GitLab token', /\bgl(?:pat|rt|dt|cbt|ptt)-[A-Za-z0-9_-]{20,64}/],
  ['Slack token', /\bxox[abprs]-[A-Za-z0-9-]{20,200}/],
  ['Slack webhook', /hooks\.slack\.com\/services\/T[A-Z0-9]{6,12}\/B[A-Z0-9]{6,12}\/[A-Za-z0-9]{20,30}/],
  ['Stripe secret key', /\b[rs]k_live_[A-Za-z0-9]{20,250}\b/],
  ['Google API key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['PyPI token', /\bpypi-AgE[A-Za-z0-9_-]{50,250}/],
  ['SendGrid key', /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b/],
  ['DigitalOcean token', /\bdo[opr]_v1_[a-f0-9]{64}\b/],
  ['Vault token', /\bhvs\.[A-Za-z0-9_-]{24,250}/],
  ['Telegram bot token', /\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b/],
  ['private key', /-----BEGIN (?:[A-Z]{2,9} ){0,2}PRIVATE KEY(?: BLOCK)?-----/],
];

/** Tokens of providers in a text, by their shapes; examples from documentation are none. */
export function tokensIn(text: string): readonly SecretToken[] {
  return shapes.flatMap(([kind, shape]) =>
    [...text.matchAll(new RegExp(shape, 'g'))]
      .filter(([found]) => !/EXAMPLE|(.)\1{9}/.test(found))
      .map(({ 0: found, index }) => ({ kind, start: index, end: index + found.length })),
  );
}

/** The first of them. */
export function tokenIn(text: string): SecretToken | undefined {
  return tokensIn(text)[0];
}

/** The password in `scheme://user:password@host`; the span is that of the password. */
export function credentialsInUrl(
  text: string,
): { readonly password: string; readonly start: number; readonly end: number } | undefined {
  const scheme = text.indexOf('://');
  if (scheme === -1) return passwordOfDsn(text);
  const rest = text.slice(scheme + 3, scheme + 3 + 2048);
  const authority = /^[^/?#\s"']*/.exec(rest)?.[0] ?? '';
  const at = authority.lastIndexOf('@');
  const colon = authority.indexOf(':');
  if (at === -1 || colon === -1 || colon > at) return undefined;
  const password = authority.slice(colon + 1, at);
  if (password === '') return undefined;
  const start = scheme + 3 + colon + 1;
  return { password, start, end: start + password.length };
}

/** `user:password@tcp(host:3306)/db`, as the MySQL driver of Go takes it. */
function passwordOfDsn(text: string): ReturnType<typeof credentialsInUrl> {
  const [, before, password] = /^([\w.-]{1,100}:)([^@\s$]{1,200})@(?:tcp|unix)\(/.exec(text) ?? [];
  if (before === undefined || password === undefined) return undefined;
  return { password, start: before.length, end: before.length + password.length };
}

const secretNames: readonly (readonly [kind: string, name: RegExp])[] = [
  ['SSH private key', /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/],
  ['environment file', /^\.env(\.(?!example$|sample$|template$|dist$|defaults?$|schema$|test$|ci$)[\w-]+)*$/],
  ['package registry credentials', /^\.(npmrc|pypirc)$/],
  ['Yarn settings', /^\.yarnrc\.yml$/],
  ['login data', /^\.(netrc|git-credentials|dockercfg|htpasswd|pgpass|my\.cnf)$/],
  [
    'cloud credentials',
    /^(service[-_]?account[\w.-]*|[\w.-]*credentials[\w.-]*|client_secret[\w.-]*)\.json$/,
  ],
  ['secrets file', /^secrets?\.(ya?ml|json|toml|env)$/],
  ['Kubernetes credentials', /^kubeconfig$/],
  ['WordPress configuration', /^wp-config\.php$/],
  ['Terraform state', /^terraform\.tfstate(\.backup)?$|\.tfvars$/],
  ['Rails master key', /^master\.key$/],
  ['key store', /\.(p12|pfx|jks|keystore|ppk)$/],
  ['key file', /\.(pem|key)$/],
];
const secretFolders = /(^|\/)(\.aws|\.ssh|\.kube|\.gnupg|\.docker\/config\.json)(\/|$)/;
const harmless =
  /\.pub$|^cacerts|truststore|(^|[-_.])(ca|chain|fullchain|cert|certs|certificate|bundle|public|pub)([-_.]|$)/i;

/** What kind of secret a file of this name holds; undefined when the name does not say so. */
export function secretFile(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/(^|\/)\.ssh\/(known_hosts|config|authorized_keys)$/.test(path)) return undefined;
  if (secretFolders.test(path) && !name.endsWith('.pub')) return 'credentials folder';
  const kind = secretNames.find(([, shape]) => shape.test(name))?.[0];
  return kind === 'key file' || kind === 'key store' ? (harmless.test(name) ? undefined : kind) : kind;
}
