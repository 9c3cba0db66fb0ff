import { type Document, schemaVersion } from './document.ts';

/** A saved report that cannot be used; the message says what is wrong with it. */
export class NotAReport extends Error {
  override readonly name = 'NotAReport';
}

/** Says what is wrong with parsed JSON as a report; undefined when nothing is. */
export type Judgement = (parsed: unknown) => string | undefined;

/** The document that `-o json` wrote. Throws NotAReport. */
export function documentFrom(text: string, faultOf: Judgement): Document {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new NotAReport('is not JSON; hardpan -o json=FILE writes what is wanted here');
  }
  const version = versionOf(parsed);
  if (version === undefined) throw new NotAReport('is not a report of hardpan');
  if (version !== schemaVersion) {
    throw new NotAReport(
      `is a report of schema version ${JSON.stringify(version)}; this hardpan reads ${schemaVersion}`,
    );
  }
  const fault = faultOf(parsed);
  if (fault !== undefined) throw new NotAReport(`is no whole report: ${fault}`);
  // Held against the schema just now; the list of what was left out is in no JSON report.
  return { skipped: [], ...(parsed as Omit<Document, 'skipped'>) };
}

function versionOf(parsed: unknown): unknown {
  if (typeof parsed !== 'object' || parsed === null || !('schemaVersion' in parsed)) return undefined;
  return parsed.schemaVersion;
}
