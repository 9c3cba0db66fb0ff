import type { PublishedPort } from '../../model/compose.ts';
import { explicit, type Many, mapValue, unresolved, type Value } from '../../model/value.ts';
import type { Service } from './projects.ts';
import { resolved, textValue } from './read.ts';
import { listAt, type Table, type Text } from './settings.ts';
import { resolve } from './variables.ts';

/** How many ports of a range are told one by one. */
const maxRange = 16;

/** Ports that the service opens on the host; what is not known of one stays unknown. */
export function portsOf(service: Service): Many<PublishedPort> {
  if (service.doubt) return { items: [], missing: [service.doubt] };
  const seen = new Set<string>();
  const items = listAt(service.table, 'ports').flatMap((item) => {
    if (item.kind === 'table') return longPort(service, item);
    if (item.kind !== 'text' || item.isNull || seen.has(item.text)) return [];
    seen.add(item.text);
    return shortPorts(service, item);
  });
  return { items, missing: service.gap ? [service.gap] : [] };
}

function longPort(service: Service, table: Table): readonly PublishedPort[] {
  const { at } = table;
  const address = mapValue(textValue(service, table, 'host_ip'), (text) => unbracketed(text ?? ''));
  const target = textValue(service, table, 'target');
  const published = textValue(service, table, 'published');
  const protocol = textValue(service, table, 'protocol');
  return rangeOf(published.state === 'unknown' ? '' : (published.value ?? '')).map((port) => ({
    address,
    published: published.state === 'unknown' ? published : { ...published, value: port },
    container: mapValue(target, (text) => Number(text)),
    protocol: protocol.state !== 'unknown' && protocol.value === 'udp' ? 'udp' : 'tcp',
    at,
  }));
}

/** `[[address:][published]:]container[/protocol]`; variables that are not set stand for anything, even an address. */
function shortPorts(service: Service, text: Text): readonly PublishedPort[] {
  const { text: whole, missing } = resolve(text.text, service.variables);
  const { at } = text;
  const value = resolved(service, text);
  const unknown = value.state === 'unknown' ? value : unresolved(`${missing[0] ?? ''} is unset`, at);
  const [spec = '', protocol = 'tcp'] = whole.split('/');
  const container = /(?:^|:)([^:]*)$/.exec(masked(spec))?.[1] ?? '';
  const before = masked(spec).slice(0, -container.length - 1);
  const split = container === masked(spec) ? ['', ''] : addressAndPort(before);
  const [address = '', published = ''] = split;
  const targets = rangeOf(container);
  const ports = published === '' ? targets.map(() => null) : rangeOf(published);
  const doubtful = (part: string): boolean => part.includes(mask);
  // A lone variable before the container's port may hold an address too.
  const addressKnown = !doubtful(address) && !(address === '' && doubtful(published)) && spec !== '';
  return (ports.length > targets.length ? ports : targets).map((_, index) => ({
    address: addressKnown ? known(value, unbracketed(address)) : unknown,
    published: doubtful(published) ? unknown : known(value, ports[index] ?? ports[0] ?? null),
    container: doubtful(container) ? unknown : number(value, targets[index] ?? targets[0] ?? null),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    at,
  }));

  function known<T>(from: Value<string>, made: T): Value<T> {
    return from.state === 'unknown' ? explicit(made, at) : { ...from, value: made };
  }

  function number(from: Value<string>, port: number | null): Value<number> {
    return port === null ? unresolved('a port is no number', at) : known(from, port);
  }
}

/** Stands for a variable that is not set. */
const mask = '?';

function masked(text: string): string {
  return text.replace(/\$\{\w+\}/g, mask);
}

function addressAndPort(text: string): readonly [string, string] {
  const bracket = text.lastIndexOf(']');
  const colon = text.indexOf(':', bracket + 1);
  return colon === -1
    ? bracket === -1
      ? ['', text]
      : [text, '']
    : [text.slice(0, colon), text.slice(colon + 1)];
}

function unbracketed(address: string): string {
  return address.replace(/^\[|\]$/g, '');
}

/** The ports of `8000` or `8000-8010`; a lone null for anything else. */
function rangeOf(text: string): readonly (number | null)[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!match) return [null];
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return Array.from(
    { length: Math.min(Math.max(last - first, 0) + 1, maxRange) },
    (_, index) => first + index,
  );
}
