import { credentialsInUrl, isPlaceholder, secretName, tokensIn } from '../../facts/secrets.ts';
import type { ShellCommand, ShellWord } from '../../model/command.ts';
import type { Span } from '../../source.ts';
import type { DockerTree } from './stages.ts';
import type { VariableStep } from './steps.ts';

/** Everything in a Dockerfile that is, or may be, a password, key or token. */
export function secretSpans(text: string, { stages, globals }: DockerTree): readonly Span[] {
  const steps = stages.flatMap(({ state }) => state.steps);
  const launches = stages.flatMap(({ state }) =>
    [state.entrypoint, state.command].filter((one) => one !== null),
  );
  return [
    ...tokensIn(text).map(spanOf),
    ...addresses(text),
    ...[...globals, ...steps.filter((step) => step.type === 'variable')].flatMap(ofVariable),
    ...[...steps.filter((step) => step.type === 'run'), ...launches].flatMap(({ commands }) =>
      commands.flatMap(ofCommand),
    ),
  ];
}

function ofVariable({ name, value }: VariableStep): readonly Span[] {
  if (secretName(name) === false || value.state !== 'explicit') return [];
  return value.value === null || isPlaceholder(value.value) ? [] : [spanOf(value.at)];
}

function addresses(text: string): readonly Span[] {
  const found: Span[] = [];
  for (let place = text.indexOf('://'); place !== -1; place = text.indexOf('://', place + 3)) {
    const inside = credentialsInUrl(text.slice(place, place + 600));
    if (inside) found.push({ start: place + inside.start, end: place + inside.end });
  }
  return found;
}

/** `--password x`, `--token=x`, `-u user:x`, `-px` of the MySQL tools, `NAME_PASSWORD=x`. */
function ofCommand({ name, args, env }: ShellCommand): readonly Span[] {
  const assigned = env.filter((one) => secretName(one.name) !== false).map(({ value }) => spanOf(value.at));
  const words = args.flatMap((word, index) => ofWord(name, word, args[index - 1]?.text ?? ''));
  return [...assigned, ...words];
}

function ofWord(name: string, word: ShellWord, before: string): readonly Span[] {
  const { text, at } = word;
  if (
    /^-{1,2}[\w-]+$/.test(before) &&
    secretName(before.replace(/^-+/, '')) === 'sure' &&
    !text.startsWith('-')
  )
    return [spanOf(at)];
  if (name === 'curl' && /^(-u|--user|--proxy-user)$/.test(before) && text.includes(':')) return [spanOf(at)];
  if (/^mysql|^mariadb/.test(name) && /^-p./.test(text)) return [spanOf(at)];
  const equals = text.indexOf('=');
  if (equals > 0 && equals < 100 && secretName(text.slice(0, equals).replace(/^-+/, '')) !== false)
    return isPlaceholder(text.slice(equals + 1)) ? [] : [spanOf(at)];
  return /^(chpasswd)$/.test(name) ? [spanOf(at)] : [];
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}
