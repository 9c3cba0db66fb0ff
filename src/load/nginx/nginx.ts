import { type NginxDocument, type NginxFault, parseNginx } from '../../lang/nginx.ts';
import { wholeOf } from '../../model/location.ts';
import { explicit, unseen, type Value } from '../../model/value.ts';
import { defineLoader, isText, type ModelInput, type Source, type Want } from '../../source.ts';
import { assembled, isDump, withoutNotes } from './dump.ts';
import { isPlaceholder } from './effective.ts';
import { fragmentOf } from './resources.ts';
import { secretSpans } from './secret-spans.ts';
import { named } from './tree.ts';
import { type World, worlds } from './world.ts';

export const nginx = defineLoader<NginxDocument>({
  name: 'nginx',
  kinds: [
    'nginx.main',
    'nginx.http',
    'nginx.server',
    'nginx.location',
    'nginx.upstream',
    'nginx.include',
    'nginx.snippet',
    'network.listener',
    'network.endpoint',
  ],

  parse(source) {
    if (!isText(source)) throw new Error('not a text');
    if (source.text.includes('\0')) throw new Error('not a text file');
    const dump = isDump(source.text);
    const tree = treeOf(source.text, dump);
    if (isSomethingElse(source, tree)) return null;
    // Templates are filled in before nginx reads them, so their faults may not be there then.
    const faults = tree.template ? [] : tree.faults;
    return {
      tree,
      comments: tree.comments,
      secrets: secretSpans(source.text, tree),
      // What `nginx -T` printed is no file either.
      template: tree.template || isPlaceholder(source.text) || dump,
      diagnostics: faults.map((fault) => diagnostic(fault, source)),
    };
  },

  wants: (input) => wanted(input),

  model: (input) => fragmentOf(worlds(input), input, (world) => versionOf(world, input.variables)),
});

function treeOf(written: string, dump: boolean): NginxDocument {
  if (!dump) return parseNginx(written);
  const text = withoutNotes(written);
  return assembled(parseNginx(text), text);
}

function diagnostic({ code, message, start, end }: NginxFault, { uri }: Source) {
  return { code, message, severity: 'error' as const, at: { source: uri, start, end } };
}

const wellKnown = new Set(
  'http server location events upstream map stream listen server_name proxy_pass include add_header root'.split(
    ' ',
  ),
);

/** A file that was taken by its looks alone, and is broken throughout. */
function isSomethingElse(source: Source, { directives, faults }: NginxDocument): boolean {
  const { uri, role } = source;
  const [only, more] = directives;
  // Lines without a single semicolon or brace, in a file that lies beside nginx's.
  const isLines = only !== undefined && !more && faults.some(({ code }) => code === 'missing-semicolon');
  const written = only && isText(source) ? source.text.slice(only.start, only.headEnd) : '';
  if (isLines && only.body === null && written.includes('\n') && !/(^|\/)nginx[^/]*$/.test(uri)) return true;
  if (role !== undefined || /nginx/i.test(uri) || faults.length < 3) return false;
  return faults.length > directives.length / 4 || !directives.some(({ name }) => wellKnown.has(name));
}

function wanted(input: ModelInput<NginxDocument>): readonly Want[] {
  return worlds({ ...input, once: true })
    .flatMap(({ includes }) => includes.flatMap(({ resolution }) => resolution.uris))
    .filter((uri) => !input.parsed.has(uri))
    .map((uri) => ({ uri, role: 'include', as: 'text' as const }));
}

/** The release in use: declared, named by the image, or else at least what its directives need. */
function versionOf(
  { placement, key, block }: World,
  variables: Readonly<Record<string, string>>,
): Value<string> {
  const declared = variables['nginxVersion'];
  if (declared !== undefined) return { state: 'declared', value: declared, at: wholeOf(key) };
  const image = placement?.image;
  if (placement && image && image.state !== 'unknown' && image.value !== null) {
    const tag = /(?:^|\/)nginx(?:-unprivileged)?:(\d+\.\d+(?:\.\d+)?)/.exec(image.value)?.[1];
    if (tag !== undefined) return explicit(tag, placement.at);
  }
  return unseen(
    `the release of nginx that reads ${named(block, 'http').length > 0 ? key : 'this'} is not known`,
    wholeOf(key),
  );
}
