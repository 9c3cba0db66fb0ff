import { baseImage } from '../../facts/base-images.ts';
import { expandWord, type Lookup } from '../../lang/dockerfile-expand.ts';
import type { Location } from '../../model/location.ts';
import { explicit, type Unknown, unresolved, type Value, valueIfKnown } from '../../model/value.ts';

/** A variable of a stage: set by ENV, or by ARG and then open to `--build-arg`. */
interface Setting {
  readonly keyword: 'ENV' | 'ARG';
  readonly value: Value<string>;
  /** Build arguments that it is made of. */
  readonly from: readonly string[];
  readonly at: Location;
}

/** What the variables of a stage hold at one point. */
export interface Scope {
  readonly settings: Map<string, Setting>;
  /** What the base image sets cannot be seen, except for a few well-known ones. */
  readonly inherited: Lookup;
}

/** Known to BuildKit without a declaration, in FROM lines; elsewhere after a bare ARG. */
const platforms = /^(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT|OSVERSION)$/;
const proxies = /^(https?_proxy|ftp_proxy|no_proxy|all_proxy)$/i;

export function isPredefined(name: string): boolean {
  return platforms.test(name) || proxies.test(name) || name === 'SOURCE_DATE_EPOCH';
}

/** The scope of the lines before the first stage, where nothing is inherited. */
export function globalScope(): Scope {
  return { settings: new Map(), inherited: (name) => (platforms.test(name) ? null : undefined) };
}

/** The scope at the start of a stage that is built on an image. */
export function stageScope(image: string | null): Scope {
  const env = image === null ? undefined : baseImage(image)?.env;
  return {
    settings: new Map(),
    inherited: (name) => {
      if (image === 'scratch') return undefined;
      return env && Object.hasOwn(env, name) ? env[name] : null;
    },
  };
}

export interface Resolved {
  readonly value: Value<string>;
  /** As far as it is known, with `hole` for the rest. */
  readonly text: string;
  /** Build arguments in it. */
  readonly from: readonly string[];
}

/** Replaces the variables of a word. */
export function resolve(word: string, at: Location, scope: Scope, escapeWith: string): Resolved {
  const from: string[] = [];
  const lookup: Lookup = (name) => {
    const setting = scope.settings.get(name);
    if (!setting) return scope.inherited(name);
    if (setting.keyword === 'ARG') from.push(name);
    else from.push(...setting.from);
    return valueIfKnown(setting.value) ?? null;
  };
  const { text, unknown } = expandWord(word, lookup, escapeWith);
  const [first] = unknown;
  return { text, from, value: first === undefined ? explicit(text, at) : doubt(first, at, scope) };
}

function doubt(name: string, at: Location, scope: Scope): Unknown {
  const value = scope.settings.get(name)?.value;
  if (value?.state === 'unknown') return value;
  return unresolved(
    isPredefined(name) ? `${name} depends on the build` : `${name} is not set in this file`,
    at,
  );
}
