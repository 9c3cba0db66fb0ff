import type { Location } from '../../model/location.ts';
import type { Placement } from '../../model/resource.ts';
import { valueIfKnown } from '../../model/value.ts';
import type { Listing } from '../../source.ts';
import { pathOf } from './links.ts';
import type { MountDetail } from './mounts.ts';
import { pathFrom } from './paths.ts';
import type { Project, Service } from './projects.ts';
import { imageValue, serviceId } from './service.ts';
import { listAt, type Setting, tableAt, textAt } from './settings.ts';

interface Landing {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly at: Location;
}

/** Where files of the tree land in the service's container: bind mounts, configs and secrets. */
export function placementsOf(
  service: Service,
  project: Project,
  mounts: readonly MountDetail[],
  listing: Listing,
): readonly Placement[] {
  const image = imageValue(service);
  const into = serviceId(project, service.name);
  const landings = [
    ...mounts.map((mount) => bound(mount, listing)),
    ...listAt(service.table, 'configs').map((item) => granted(item, 'configs', service, project, listing)),
    ...listAt(service.table, 'secrets').map((item) => granted(item, 'secrets', service, project, listing)),
  ];
  return landings.flatMap(({ from, to, at }): readonly Placement[] => {
    const listed = from !== undefined && (listing.get(from) !== undefined || listing.hasFolder(from));
    return listed && to ? [{ from, to, via: 'mount', image, into, at }] : [];
  });
}

function bound({ hostPath, target, from, at }: MountDetail, { root }: Listing): Landing {
  const path = valueIfKnown(hostPath);
  return { from: path ? pathFrom(from, path, root) : undefined, to: valueIfKnown(target), at };
}

/** A config or secret of the project that is a file, given to the service under its name or another. */
function granted(
  item: Setting,
  section: 'configs' | 'secrets',
  service: Service,
  project: Project,
  { root }: Listing,
): Landing {
  const table = item.kind === 'table' ? item : undefined;
  const source = item.kind === 'text' ? item : textAt(table, 'source');
  const file = textAt(tableAt(tableAt(project.top, section), source?.text ?? ''), 'file');
  const path = file && pathOf(service, file, root);
  const name = textAt(table, 'target')?.text ?? source?.text;
  const folder = section === 'secrets' ? '/run/secrets/' : '/';
  const to = name === undefined || name.startsWith('/') ? name : folder + name;
  return { from: typeof path === 'string' ? path : undefined, to, at: item.at };
}
