import { asBool } from '../../lang/yaml-read.ts';
import { byDefault, mapValue, unresolved, type Value } from '../../model/value.ts';
import type { Service } from './projects.ts';
import type { Table, Text } from './settings.ts';
import { resolve, resolvedValue } from './variables.ts';

/** A text of the service with its variables replaced; null when nothing is said. */
export function textValue(service: Service, table: Table | undefined, name: string): Value<string | null> {
  if (service.doubt) return service.doubt;
  const setting = table?.entries.get(name)?.value;
  if (setting?.kind === 'text' && !setting.isNull) return resolved(service, setting);
  if (setting && setting.kind !== 'text') return unresolved(`${name} is not a plain value`, setting.at);
  return service.gap ?? byDefault(null, service.key);
}

/** A truth value; false when nothing is said. */
export function boolValue(service: Service, table: Table | undefined, name: string): Value<boolean> {
  return mapValue(textValue(service, table, name), (text) => text !== null && asBool(text) === true);
}

export function resolved(service: Service, text: Text): Value<string> {
  return service.doubt ?? resolvedValue(text.text, text.at, service.variables);
}

/** The text with what is not known left in it as `${NAME}`. */
export function rough(service: Service, { text }: Text): string {
  return resolve(text, service.variables).text;
}
