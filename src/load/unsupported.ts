import type { Kind } from '../model/resource.ts';
import type { Entry } from '../source.ts';

/** A format that is known by its looks and not read yet: its files are named, and leave doubt where they matter. */
export interface UnsupportedFormat {
  readonly name: string;
  /** What such a file might have told of. */
  readonly kinds: readonly Kind[];
  readonly files: RegExp;
  /** Looked for in the beginning of the file where the name alone does not tell. */
  readonly content?: RegExp;
}

const serves: readonly Kind[] = ['network.listener', 'network.endpoint'];
const stores: readonly Kind[] = ['backup.job'];
const packages: readonly Kind[] = ['package.dependency'];

/** Files of these names that were not installed by a package manager. */
function written(names: string): RegExp {
  return new RegExp(
    `^(?!(?:.*/)?(?:node_modules|bower_components|vendor|site-packages)/)(?:.*/)?(?:${names})$`,
  );
}

export const unsupportedFormats: readonly UnsupportedFormat[] = [
  {
    name: 'cron',
    kinds: stores,
    files: /(^|\/)(crontab|cron\.(d|daily|hourly|weekly|monthly)\/[^/.][^/]*)$/,
  },
  { name: 'systemd', kinds: stores, files: /\.(service|timer)$/ },
  { name: 'Terraform', kinds: ['backup.job', 's3.bucket', 'iam.account'], files: /\.(tf|tf\.json)$/ },
  {
    name: 'Kubernetes',
    kinds: ['backup.job', ...serves],
    files: /\.ya?ml$/,
    content: /^apiVersion:[^\n]*\n(?:.*\n)*?kind:|^kind:[^\n]*\n(?:.*\n)*?apiVersion:/m,
  },
  {
    name: 'CloudFormation',
    kinds: ['s3.bucket', 'iam.account'],
    files: /\.(ya?ml|json|template)$/,
    content: /AWSTemplateFormatVersion/,
  },
  { name: 'Apache', kinds: serves, files: /(^|\/)(httpd\.conf|apache2\.conf|\.htaccess|apache2\/.*\.conf)$/ },
  { name: 'HAProxy', kinds: serves, files: /(^|\/)haproxy\.cfg$/ },
  { name: 'Caddy', kinds: serves, files: /(^|\/)Caddyfile$/ },
  { name: 'Traefik', kinds: serves, files: /(^|\/)traefik\.(ya?ml|toml)$/ },
  {
    name: 'Yarn, pnpm and Bun lock',
    kinds: packages,
    files: written(String.raw`yarn\.lock|pnpm-lock\.yaml|bun\.lockb?`),
  },
  {
    name: 'Python requirements',
    kinds: packages,
    files: written(
      String.raw`requirements[\w.-]*\.(txt|in)|Pipfile(\.lock)?|poetry\.lock|uv\.lock|pdm\.lock|pyproject\.toml`,
    ),
  },
  { name: 'Go modules', kinds: packages, files: written(String.raw`go\.(mod|sum)`) },
  { name: 'Cargo', kinds: packages, files: written(String.raw`Cargo\.(toml|lock)`) },
  { name: 'Composer', kinds: packages, files: written(String.raw`composer\.(json|lock)`) },
  { name: 'Bundler', kinds: packages, files: written(String.raw`Gemfile(\.lock)?`) },
  {
    name: 'Maven and Gradle',
    kinds: packages,
    files: written(String.raw`pom\.xml|build\.gradle(\.kts)?|gradle\.lockfile|libs\.versions\.toml`),
  },
  {
    name: 'NuGet',
    kinds: packages,
    files: written(
      String.raw`[^/]*\.(cs|fs|vb)proj|packages\.(config|lock\.json)|Directory\.Packages\.props`,
    ),
  },
];

/** The format that the file is of, by its name and, where needed, its beginning. */
export function unsupportedFormat(entry: Entry, head: () => string): UnsupportedFormat | undefined {
  return unsupportedFormats.find(
    ({ files, content }) => files.test(entry.uri) && (content === undefined || content.test(head())),
  );
}
