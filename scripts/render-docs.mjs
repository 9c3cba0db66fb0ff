// Writes docs/checks from the checks themselves; with --check it only says whether what is there differs.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { everyCheck } from './checks.mjs';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const folder = 'docs/checks';
const control =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

const { checks, exported } = await everyCheck(['./test/examples.ts']);
const pages = new Map();
for (const [id, { check }] of checks) pages.set(`${id}.md`, await page(id, check));
pages.set('README.md', index());
if (process.argv[2] === '--check') compare();
else write();

function write() {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of pages) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function compare() {
  const there = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
    : [];
  const wrong = [
    ...there.filter((name) => !pages.has(name)).map((name) => `${name} has no check`),
    ...[...pages].flatMap(([name, text]) => {
      const path = join(folder, name);
      if (!existsSync(path)) return [`${name} is missing`];
      return readFileSync(path, 'utf8') === text ? [] : [`${name} differs`];
    }),
  ];
  for (const line of wrong) process.stdout.write(`docs/checks: ${line}; run npm run docs\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

async function page(id, check) {
  const { title, severity, confidence, tier, risk, params, doc } = check;
  const { why, remedy, references, compliance = {}, equivalents = {}, was = [], fixes = {} } = doc;
  const witness = await witnessOf(id, check);
  const rows = (table) => Object.entries(table).map(([name, values]) => `${name} ${values.join(', ')}`);
  const facts = [
    ['Severity', severity],
    ['Confidence', confidence],
    ['Tier', tier],
    ['Risk', risk.join(', ')],
    ['Compliance', rows(compliance).join('; ')],
    ['Same question elsewhere', rows(equivalents).join('; ')],
    ['Former names', was.join(', ')],
  ].filter(([, value]) => value !== '');
  return `${[
    `# ${id}`,
    '',
    `${title}.`,
    '',
    ...facts.map(([name, value]) => `- ${name}: ${value}`),
    ...section('Why', [plain(why)]),
    ...section('What to do', [plain(remedy)]),
    ...section(
      'Fixes',
      Object.entries(fixes).map(([safety, text]) => `- ${safety}: ${plain(text)}`),
    ),
    ...section(
      'Parameters',
      Object.entries(params).map(([name, value]) => `- \`${name}\`: ${JSON.stringify(value)}`),
    ),
    ...section('Shown by', witness === undefined ? [] : fenced(witness)),
    ...examples('Flagged', 'What is marked with « » is what a finding points at.', doc.bad),
    ...examples('Passes', '', doc.good),
    ...examples('Cannot be told', 'The answer is `unknown` then, never a pass.', doc.unsure ?? []),
    ...section(
      'References',
      references.map((url) => `- <${url}>`),
    ),
  ].join('\n')}\n`;
}

/** The first witness that its flagged examples give when they are run. */
async function witnessOf(id, check) {
  for (const example of check.doc.bad) {
    const { audit } = await exported.auditExample(example, new Map([[id, check]]));
    const found = audit.findings.find(({ witness }) => witness !== undefined);
    if (found) return found.witness;
  }
  return undefined;
}

function section(name, lines, depth = 2) {
  return lines.length > 0 ? ['', `${'#'.repeat(depth)} ${name}`, '', ...lines] : [];
}

function examples(name, words, all) {
  const parts = all.map((example) =>
    Object.entries(example).flatMap(([file, content]) => [
      `\`${file}\`${noteOf(content)}`,
      '',
      ...fenced(textOf(content)),
      '',
    ]),
  );
  const intro = words === '' ? [] : [words, ''];
  return section(
    name,
    parts.length > 0
      ? [...intro, ...parts.flatMap((lines, place) => (place > 0 ? ['---', '', ...lines] : lines))].slice(
          0,
          -1,
        )
      : [],
  );
}

/** What an example says of a file besides its text. */
function noteOf(content) {
  if (typeof content === 'string') return '';
  const { text: _, base64: __, ...rest } = content;
  const notes = Object.entries(rest).map(
    ([key, value]) => `${key} ${key === 'mode' ? value.toString(8) : value}`,
  );
  return notes.length > 0 ? ` (${notes.join(', ')})` : '';
}

function textOf(content) {
  const text = typeof content === 'string' ? content : (content.text ?? '(binary)');
  const lines = text.split('\n');
  const shown = lines.length > 40 ? [...lines.slice(0, 40), `… ${lines.length - 40} more lines`] : lines;
  // Long lines are generated; nobody reads them here.
  return shown
    .map((line) => (line.length > 400 ? `${line.slice(0, 400)} …` : line))
    .join('\n')
    .replace(/\n$/, '');
}

/** A fence longer than any in the text; control characters as signs, so that the page stays text. */
function fenced(text) {
  const ticks = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length)) + 1;
  const fence = '`'.repeat(ticks);
  return [fence, text.replace(control, '\ufffd'), fence];
}

/** Words in angle brackets are no tags. */
function plain(text) {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll('<', '&lt;')))
    .join('');
}

function index() {
  const rows = [...checks].map(([id, { check }]) => ({ id, check, family: id.split('/')[0] }));
  const link = ({ id }) => `[${id}](${id}.md)`;
  const families = [...new Set(rows.map(({ family }) => family))];
  const risks = [...new Set(rows.flatMap(({ check }) => check.risk))].sort();
  const standards = [...new Set(rows.flatMap(({ check }) => Object.keys(check.doc.compliance ?? {})))].sort();
  const line = (row) => `- ${link(row)} (${row.check.severity}${fixable(row.check)}): ${row.check.title}`;
  return `${[
    '# Checks',
    '',
    `${rows.length} checks, by family, by risk and by compliance standard. Written by \`npm run docs\` from the checks themselves; \`hardpan explain\` prints the same.`,
    ...families.flatMap((family) => section(family, rows.filter((row) => row.family === family).map(line))),
    '',
    '## By risk',
    '',
    ...risks.map(
      (risk) =>
        `- ${risk}: ${rows
          .filter(({ check }) => check.risk.includes(risk))
          .map(link)
          .join(', ')}`,
    ),
    '',
    '## By compliance standard',
    ...standards.flatMap((standard) => section(standard, controls(standard, rows, link), 3)),
  ].join('\n')}\n`;
}

function fixable({ doc }) {
  const kinds = Object.keys(doc.fixes ?? {});
  return kinds.length > 0 ? `, fix: ${kinds.join(' and ')}` : '';
}

function controls(standard, rows, link) {
  const byControl = new Map();
  for (const row of rows)
    for (const control of row.check.doc.compliance?.[standard] ?? [])
      byControl.set(control, [...(byControl.get(control) ?? []), link(row)]);
  return [...byControl]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([control, links]) => `- ${control}: ${links.join(', ')}`);
}
