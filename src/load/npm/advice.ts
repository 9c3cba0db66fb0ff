import { type Advisory, advisoriesFrom } from '../../facts/advisories.ts';
import { wholeOf } from '../../model/location.ts';
import type { Resource } from '../../model/resource.ts';
import { byDefault, unseen, type Value } from '../../model/value.ts';
import type { Reference } from '../../source.ts';

export const advisoryData = 'advisories/npm';

/** What is known of packages, and the resources made of what concerns the tree. */
export interface Advice {
  /** Unknown without data, so that nothing passes for want of it. */
  readonly judged: Value<true>;
  of(name: string): readonly Advisory[];
  /** The id of an advisory's resource, which is made on the first call. */
  idOf(name: string, advisory: Advisory): string;
  readonly made: ReadonlyMap<string, Resource<'package.advisory'>>;
}

export function adviceFrom(reference: Reference): Advice {
  const rows = advisoriesFrom(reference.get(advisoryData));
  const seen = new Map<string, readonly Advisory[]>();
  const made = new Map<string, Resource<'package.advisory'>>();
  const of = (name: string): readonly Advisory[] => {
    const found = seen.get(name) ?? rows?.(name) ?? [];
    seen.set(name, found);
    return found;
  };
  return {
    judged: rows ? byDefault(true, wholeOf('')) : unseen('there is no advisory data for npm', wholeOf('')),
    of,
    made,
    idOf: (name, advisory) => {
      const id = `package.advisory:npm/${name}/${advisory.ids[0] ?? ''}`;
      if (!made.has(id)) made.set(id, resourceOf(id, name, advisory));
      return id;
    },
  };
}

function resourceOf(id: string, packageName: string, advisory: Advisory): Resource<'package.advisory'> {
  const { ids, affected, severity, cwe = [], published, exploited, doubt } = advisory;
  return {
    kind: 'package.advisory',
    id,
    name: `${ids[0] ?? 'a flaw'} in ${packageName}`,
    at: wholeOf(''),
    packageName,
    ids,
    affected,
    rating: severity ?? null,
    cwe,
    published: published ?? null,
    exploited: exploited ?? null,
    doubt: doubt ?? null,
  };
}
