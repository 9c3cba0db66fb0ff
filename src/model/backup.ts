import type { Value } from './value.ts';

export interface BackupKinds {
  /** Something that copies data elsewhere on a schedule, or says how it would. */
  'backup.job': {
    /** restic, pg_dump, aws-backup, … */
    readonly tool: string;
    readonly scheduled: Value<boolean>;
    /** Whether the copy leaves the host. */
    readonly offHost: Value<boolean>;
  };
  /** A place where data lives on: a named volume, a bound folder. */
  volume: {
    readonly type: 'named' | 'bind' | 'anonymous' | 'tmpfs';
    /** Host path of a bind mount. */
    readonly source: Value<string | null>;
  };
}
