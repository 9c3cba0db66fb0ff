import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { advisoriesByPackage } from './data/advisories.mjs';

/**
 * Builds the tables that a scan looks things up in, from the facts in data/sources. A table is text: one row a line,
 * `key TAB JSON`, sorted by key in code units, so that a reader finds a row without parsing the others. The row `#`
 * says of what date the facts are. All of it is ASCII, which is read several times as fast as other text.
 */
const from = new URL('../data/sources/', import.meta.url);
const to = new URL('../data/shards/', import.meta.url);

const dates = JSON.parse(readFileSync(new URL('SOURCES.json', from), 'utf8'));
mkdirSync(new URL('advisories/', to), { recursive: true });
writeTable('advisories/npm', dates['npm-ghsa-2024-11'].commitDate, npmAdvisories());
writeTable('advisories/nodejs', dates['nodejs-core'].commitDate, nodeAdvisories());
writeTable('eol', dates.eol.commitDate, endOfLife());

function npmAdvisories() {
  const kev = new Map(lines('cisa-kev').map(({ cve, added }) => [cve, added]));
  const overlay = JSON.parse(readFileSync(new URL('overlay.json', from), 'utf8'));
  const sources = [
    // Kept by hand: what the others lack or have wrong, each with its reference.
    { name: 'overlay', records: overlay.filter(({ packages }) => packages).map(overlaid) },
    { name: 'ghsa', records: lines('npm-ghsa-2024-11') },
    { name: 'enrichment', records: lines('npm-anchore-enrichment') },
    { name: 'retire', records: lines('npm-retire') },
    { name: 'nodejs-wg', records: lines('npm-nodejs-wg') },
    { name: 'cpe', records: lines('npm-anchore-cpe') },
  ];
  const marked = (mark) => new Set(overlay.filter((record) => record[mark]).map(({ id }) => id));
  const marks = { withdrawn: marked('withdrawn'), disputed: marked('disputed') };
  return advisoriesByPackage(sources, 'npm', { kev, ...marks });
}

/** A record of the overlay in the form of the others, which name each package's intervals instead of events. */
function overlaid({ id, aliases, packages, severity, cwe, published, exploited }) {
  return {
    id,
    aliases,
    published,
    exploited,
    affected: Object.entries(packages).map(([name, intervals]) => ({
      package: { ecosystem: 'npm', name },
      intervals,
    })),
    database_specific: { severity: severity.toUpperCase(), cwe_ids: cwe.map((number) => `CWE-${number}`) },
  };
}

/** Flaws of Node.js itself: affected is what `vulnerable` admits and `patched` does not. */
function nodeAdvisories() {
  const found = lines('nodejs-core').map(
    ({ id, aliases = [], affected, database_specific: { severity } = {} }) => {
      const { vulnerable, patched, environments } = affected[0].database_specific;
      const ids = [...new Set([id, ...aliases])].filter((one) => /^(CVE|GHSA)-/.test(one));
      return {
        ids: ids.length > 0 ? ids : [id],
        vulnerable,
        patched,
        severity: severity?.toLowerCase(),
        environments,
      };
    },
  );
  return new Map([['node', found]]);
}

function endOfLife() {
  const { products } = JSON.parse(gunzipSync(readFileSync(new URL('eol.json.gz', from))).toString());
  return new Map(Object.entries(products).map(([id, { n, c, r }]) => [id, { n, c, r }]));
}

function lines(name) {
  const text = gunzipSync(readFileSync(new URL(`${name}.ndjson.gz`, from))).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function writeTable(name, date, rows) {
  const all = [['#', { date }], ...rows];
  for (const [key] of all)
    if (!/^[ -~]+$/.test(key)) throw new Error(`${name}: the key ${key} would break its line`);
  const text = all
    .map(([key, value]) => [key, JSON.stringify(value)])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}\t${value}\n`)
    .join('')
    .replace(/[^\t\n -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const path = fileURLToPath(new URL(`${name}.tsv`, to));
  // In one step, so that nobody reads half a table.
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}
