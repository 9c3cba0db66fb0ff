import type { AuditRun } from '../audit.ts';
import type { Edit } from '../check.ts';
import type { Finding } from '../finding.ts';
import { folderOf, isText } from '../source.ts';
import { type Change, changed, changesOf } from './apply.ts';

/** All edits of one finding; they are made together or not at all. */
export interface Fix {
  readonly finding: Finding;
  readonly edits: readonly Edit[];
  /** `unsafe` when any of its edits is. */
  readonly safety: Edit['safety'];
}

export interface Refusal {
  readonly fix: Fix;
  readonly why: string;
}

export interface Plan {
  readonly fixes: readonly Fix[];
  /** What cannot be made at all. */
  readonly refused: readonly Refusal[];
  /** What collides with an earlier one; the next run takes it. */
  readonly postponed: readonly Refusal[];
}

/** A file as it is and as it will be; `before` is null for one that does not exist yet. */
export interface FileChange {
  readonly uri: string;
  readonly before: string | null;
  readonly changes: readonly Change[];
  readonly after: string;
}

/** The fixes of findings that count, in the order of the findings. */
export function fixesOf(findings: readonly Finding[]): readonly Fix[] {
  return findings.flatMap((finding) => {
    const { edits = [], state, suppressed } = finding;
    if (state !== 'fail' || suppressed || edits.length === 0) return [];
    const safety = edits.some((edit) => edit.safety === 'unsafe') ? 'unsafe' : 'safe';
    return [{ finding, edits, safety }];
  });
}

export function plan(fixes: readonly Fix[], run: AuditRun): Plan {
  const refused: Refusal[] = [];
  const postponed: Refusal[] = [];
  const taken = new Map<string, Taken[]>();
  const templates = templatesOf(run);
  const accepted = fixes.filter((fix) => {
    const why = fix.edits.map((edit) => objection(edit, run, templates)).find((one) => one !== undefined);
    if (why !== undefined) refused.push({ fix, why });
    if (why !== undefined) return false;
    const changes = fix.edits.map((edit) => ({ edit, change: changeOf(edit, run), fix }));
    const hit = changes
      .flatMap((other) => taken.get(other.edit.at.source)?.filter((one) => collide(one, other)) ?? [])
      .at(0);
    if (hit) postponed.push({ fix, why: `it changes the same place as that of ${hit.fix.finding.check}` });
    else for (const one of changes) push(taken, one.edit.at.source, one);
    return !hit;
  });
  return { fixes: accepted, refused, postponed };
}

/** What the files become with these fixes, by path. */
export function outcome(fixes: readonly Fix[], run: AuditRun): readonly FileChange[] {
  const edits = new Map<string, Edit[]>();
  for (const edit of fixes.flatMap((fix) => fix.edits)) push(edits, edit.at.source, edit);
  const files = [...edits].sort(([a], [b]) => (a < b ? -1 : 1));
  return files.map(([uri, here]) => {
    const before = here.some(({ creates }) => creates) ? null : textOf(uri, run);
    const changes = changesOf(before ?? '', here);
    return { uri, before, changes, after: changed(before ?? '', changes) };
  });
}

interface Taken {
  readonly edit: Edit;
  readonly change: Change;
  readonly fix: Fix;
}

function changeOf(edit: Edit, run: AuditRun): Change {
  const [change] = changesOf(textOf(edit.at.source, run), [edit]);
  return change ?? { start: edit.at.start, end: edit.at.end, text: edit.text };
}

/** Two edits of a file that cannot both be made. Equal ones are made once, and statements stand side by side. */
function collide(left: Taken, right: Taken): boolean {
  const [a, b] = [left.change, right.change];
  if (a.start === b.start && a.end === b.end && a.text === b.text) return false;
  if (left.edit.layout && right.edit.layout) return false;
  if (left.edit.creates || right.edit.creates || a.start === b.start) return true;
  return a.start < b.end && b.start < a.end;
}

function objection(edit: Edit, run: AuditRun, templates: ReadonlySet<string>): string | undefined {
  const { source, start, end } = edit.at;
  const { listing } = run.graph;
  if (source.startsWith('aws:')) return 'it is about an account, not a file';
  if (source.startsWith('/') || source.split('/').includes('..')) return `${source} lies outside the root`;
  if (edit.creates) {
    if (listing.get(source)) return `${source} exists by now`;
    return listing.hasFolder(folderOf(source)) ? undefined : `${folderOf(source)} is not a scanned folder`;
  }
  const found = run.sources.get(source);
  if (!found || !isText(found)) return `${source} is not a text that was read`;
  if (found.notice !== undefined) return `${source} ${found.notice}`;
  if (templates.has(source) || templateName.test(source))
    return `${source} is a template; mend what it is filled in with, or the template by hand`;
  if (start < 0 || end > found.text.length || start > end) return `${source} has no such place`;
  return undefined;
}

/** Files that something else makes the real ones from, by their names. */
const templateName = /\.(template|tmpl|tpl|j2|jinja2?|erb|ejs|hbs|mustache|gotmpl|in)$/i;

/** Files in which a loader met tags or placeholders of a template language. */
function templatesOf({ graph }: AuditRun): ReadonlySet<string> {
  const { items } = graph.all('source.file');
  return new Set(items.filter(({ template }) => template).map(({ at }) => at.source));
}

function textOf(uri: string, { sources }: AuditRun): string {
  const found = sources.get(uri);
  return found && isText(found) ? found.text : '';
}

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}
