import type { Catalogue } from '../policy/file.ts';
import type { Layer } from '../policy/lint.ts';
import { mappingOf } from '../policy/resolve.ts';
import { type Mapping, select } from '../policy/selectors.ts';
import { policyOf } from '../policy/validate.ts';
import { asWritten } from '../policy/written.ts';
import { UsageError } from './error.ts';
import { checkRecords, shippedPolicies } from './registry.ts';

/** Controls are read only where something selects by them. */
export function mappingFor(layers: readonly Layer[], catalogue: Catalogue): Mapping {
  if (!layers.some(({ file }) => JSON.stringify(file).includes('"control:'))) return new Map();
  return mappingOf([...shippedLayers(), ...layers], catalogue);
}

function shippedLayers(): readonly Layer[] {
  return Object.entries(shippedPolicies()).map(([name, data]) => {
    const written = asWritten(`builtin:${name}`, data);
    return { written, file: policyOf(written) };
  });
}

/** What policies need to know of the checks. */
export function checkCatalogue(): Catalogue {
  return new Map(
    [...checkRecords()].map(([id, { severity = 'info', confidence = 'high', ...record }]) => {
      const { tier, risk, params = {}, compliance = {}, was = [] } = record;
      return [id, { severity, confidence, tier, risk, params, compliance, was }];
    }),
  );
}

/** The checks that a selector of the command line names. */
export async function selectedIds(selector: string): Promise<readonly string[]> {
  const catalogue = checkCatalogue();
  const mapping = selector.startsWith('control:') ? mappingOf(shippedLayers(), catalogue) : new Map();
  const found = select(selector, catalogue, mapping);
  if ('error' in found) throw new UsageError(found.error);
  if (found.ids.length === 0) throw new UsageError(`${selector} selects no check`);
  return found.ids;
}
