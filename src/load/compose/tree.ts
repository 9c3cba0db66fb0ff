import type { DotenvFile } from '../../lang/dotenv.ts';
import type { YamlSpan } from '../../lang/yaml-node.ts';
import type { Location } from '../../model/location.ts';
import type { TextSource } from '../../source.ts';
import type { Table } from './settings.ts';

/** What is made of one file: a compose file, or an environment file that one of them names. */
export type ComposeTree = ComposeFile | EnvironmentFile;

export interface ComposeFile {
  readonly type: 'compose';
  readonly uri: string;
  readonly source: TextSource;
  readonly root: Table;
  /** Services as written, in one form each. */
  readonly services: ReadonlyMap<string, ServiceText>;
  /** Spans that could not be read. */
  readonly lost: readonly YamlSpan[];
}

export interface ServiceText {
  readonly key: Location;
  readonly table: Table;
}

interface EnvironmentFile {
  readonly type: 'environment';
  readonly file: DotenvFile;
}
