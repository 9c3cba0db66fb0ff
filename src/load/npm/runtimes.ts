import { cycleOf } from '../../facts/image-products.ts';
import { nodeFlaws } from '../../facts/node-advisories.ts';
import { rangeAdmits } from '../../facts/versions.ts';
import type { Location } from '../../model/location.ts';
import type { RuntimeFlaw } from '../../model/package.ts';
import type { Resource } from '../../model/resource.ts';
import { byDefault, explicit, unresolved, unseen, type Value } from '../../model/value.ts';
import { type Pin, pinnedVersion } from './pins.ts';
import { place, scopeOf, type World } from './world.ts';

export const nodeData = 'advisories/nodejs';

type Cycle = Resource<'product.cycle'>;

/** The runtimes that a file asks for, with the release cycles that this may mean. */
export function modelPins(uri: string, pins: readonly Pin[], library: boolean, world: World): void {
  for (const pin of pins) {
    const at = place(uri, pin);
    const id = `runtime:${uri}#${pin.field === '' ? pin.product : pin.field}`;
    const cycles = cyclesFor(pin, uri, world);
    world.resources.push({
      kind: 'runtime',
      id,
      name: `${pin.label} ${pin.spec}`,
      at,
      product: pin.product,
      label: pin.label,
      spec: pin.spec,
      form: pin.form,
      cycles:
        cycles.state === 'unknown' ? cycles : { ...cycles, value: cycles.value.map(({ cycle }) => cycle) },
      flaws: flawsOf(pin, at, world),
      library,
      scope: scopeOf(uri, world),
    });
    for (const cycle of cycles.state === 'unknown' ? [] : cycles.value) {
      world.resources.push(cycle);
      world.edges.push({ from: id, relation: 'depends_on', to: { id: cycle.id }, at });
    }
  }
}

function cyclesFor(pin: Pin, uri: string, { input: { reference, now } }: World): Value<readonly Cycle[]> {
  const at = place(uri, pin);
  const slice = reference.get(`eol/${pin.product}`);
  const names = cycleNames(slice);
  if (names.length === 0) return unseen(`there is no end-of-life data for ${pin.label}`, at);
  const made = (version: string): readonly Cycle[] => {
    const found = cycleOf(pin.product, version, slice, now);
    return found ? [found] : [];
  };
  if (pin.form === 'range') {
    if (rangeAdmits(pin.spec, '1') === undefined)
      return unresolved(`"${pin.spec}" is no range of versions`, at);
    return explicit(names.filter((name) => rangeAdmits(pin.spec, name)).flatMap(made), at);
  }
  const version = pinnedVersion(pin);
  if (version === undefined) return unresolved(`"${pin.spec}" does not say which ${pin.label} it means`, at);
  return explicit(version === null ? [] : made(version), at);
}

/** Only a full version can be looked up: `20` means the newest of them, whenever it is installed. */
function flawsOf(pin: Pin, at: Location, { input: { reference } }: World): Value<readonly RuntimeFlaw[]> {
  const version = pin.form === 'pin' && pin.product === 'nodejs' ? pinnedVersion(pin) : null;
  if (!version || !/^\d+\.\d+\.\d+$/.test(version)) return byDefault([], at);
  const flaws = nodeFlaws(version, reference.get(nodeData));
  return flaws ? explicit(flaws, at) : unseen('there is no advisory data for Node.js', at);
}

/** Names of the cycles in a slice of end-of-life data. */
function cycleNames(slice: unknown): readonly string[] {
  if (typeof slice !== 'object' || slice === null || !('r' in slice) || !Array.isArray(slice.r)) return [];
  return slice.r.flatMap((row: unknown) =>
    typeof row === 'object' && row !== null && 'c' in row && typeof row.c === 'string' ? [row.c] : [],
  );
}
