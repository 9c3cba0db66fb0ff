import type { LoaderEntry } from '../../source.ts';

const named = /(^|\/)(Dockerfile|Containerfile)([._-][^/]+)?$|\.(dockerfile|Dockerfile|containerfile)$/;
/** Programs, texts and templates that only have such a name. */
const other =
  /\.(md|rst|txt|adoc|html|sh|bash|go|py|js|ts|rb|rs|java|json|ya?ml|toml|dockerignore|template|tmpl|tpl|j2|jinja2?|erb|ejs|mustache|hbs|in|orig|bak|swp|patch|diff|png|svg)$/i;

/** Files of these names without a FROM are given back by `parse`. */
export const docker: LoaderEntry = {
  name: 'docker',
  after: ['compose'],
  claims: ({ uri }) => (named.test(uri) && !other.test(uri) ? 'name' : false),
  load: async () => (await import('./docker.ts')).docker,
};
