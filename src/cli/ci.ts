import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from './error.ts';

interface System {
  /** Where the system looks for its file. */
  readonly file: string;
  /** What lies in a tree that uses the system. */
  readonly signs: readonly string[];
  /** The file that is written, as it comes with the program. */
  readonly template: string;
}

const systems: Readonly<Record<string, System>> = {
  github: { file: '.github/workflows/hardpan.yml', signs: ['.github'], template: 'github/hardpan.yml' },
  gitlab: { file: '.gitlab-ci.yml', signs: ['.gitlab-ci.yml', '.gitlab'], template: 'gitlab/gitlab-ci.yml' },
  azure: {
    file: 'azure-pipelines.yml',
    signs: ['azure-pipelines.yml'],
    template: 'azure/azure-pipelines.yml',
  },
  circleci: { file: '.circleci/config.yml', signs: ['.circleci'], template: 'circleci/config.yml' },
  jenkins: { file: 'Jenkinsfile', signs: ['Jenkinsfile'], template: 'jenkins/Jenkinsfile' },
  bitbucket: {
    file: 'bitbucket-pipelines.yml',
    signs: ['bitbucket-pipelines.yml'],
    template: 'bitbucket/bitbucket-pipelines.yml',
  },
  'pre-commit': {
    file: '.pre-commit-config.yaml',
    signs: ['.pre-commit-config.yaml'],
    template: 'pre-commit/pre-commit-config.yaml',
  },
};

/** Writes the file with which a pipeline runs hardpan into the working directory, and says where. */
export function ciInit(wanted: string | undefined, { force = false }: { readonly force?: boolean }): void {
  const name = wanted ?? guessed();
  const system = systems[name];
  if (!system) throw new UsageError(`unknown system ${name}; there are ${Object.keys(systems).join(', ')}`);
  const { file, template } = system;
  const text = readFileSync(new URL(`ci/${template}`, import.meta.url), 'utf8');
  if (existsSync(file) && !force) {
    throw new UsageError(
      `${file} is there already; add what "hardpan ci show ${name}" prints to it, or replace it with --force`,
    );
  }
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (cause) {
    throw new UsageError(`cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  process.stderr.write(`hardpan: wrote ${file}\n`);
}

/** Prints the file of a system. */
export function ciShow(name: string): void {
  const system = systems[name];
  if (!system) throw new UsageError(`unknown system ${name}; there are ${Object.keys(systems).join(', ')}`);
  process.stdout.write(readFileSync(new URL(`ci/${system.template}`, import.meta.url), 'utf8'));
}

function guessed(): string {
  const found = Object.entries(systems).filter(([, { signs }]) => signs.some((sign) => existsSync(sign)));
  const [first, ...others] = found.map(([name]) => name);
  if (first === undefined || (others.length > 0 && !(others.length === 1 && others[0] === 'pre-commit'))) {
    const seen =
      first === undefined ? 'nothing here tells' : `${[first, ...others].join(', ')} are all used here`;
    throw new UsageError(`${seen}; say which: hardpan ci init ${Object.keys(systems).join('|')}`);
  }
  return first;
}
