import type { Location } from './location.ts';
import type { Known, Many, Value } from './value.ts';

/** IAM and S3 of one account, as the API tells them. */
export interface AwsKinds {
  'iam.account': {
    /** Twelve digits, or what the export's folder is called when no answer names the account. */
    readonly account: string;
    readonly rootAccessKey: Value<boolean>;
    readonly rootMfa: Value<boolean>;
    /** A password or an active key: without either there is nothing that a second factor would protect. */
    readonly rootCredential: Value<boolean>;
    readonly passwordLength: Value<number>;
    readonly consoleUsers: Value<number>;
  };
  'iam.user': {
    readonly account: string;
    readonly passwordEnabled: Value<boolean>;
    readonly mfa: Value<boolean>;
    /** Milliseconds since the epoch; null when it was never used. */
    readonly passwordLastUsed: Value<number | null>;
    readonly passwordChanged: Value<number | null>;
    readonly keys: readonly AccessKey[];
  };
  /** A user or a role with everything that grants to it. */
  'iam.principal': {
    readonly account: string;
    readonly type: 'user' | 'role';
    readonly arn: string;
    readonly groups: readonly string[];
    readonly grants: Many<PolicyUse>;
    /** Every group of the account, for a user; a role can join none. */
    readonly joinable: readonly GroupGrants[];
    /** The permission boundary; null when there is none. */
    readonly boundary: Value<Policy | null>;
  };
  'iam.policy': {
    readonly account: string;
    readonly arn: string;
    readonly origin: 'customer' | 'aws' | 'inline';
    /** Who holds an inline policy. */
    readonly holder: string | null;
    readonly attachments: Value<number>;
    readonly document: Value<Policy>;
  };
  'iam.role': {
    readonly account: string;
    readonly arn: string;
    readonly serviceLinked: boolean;
    readonly trust: Value<Policy>;
  };
  's3.account': {
    readonly account: string;
    readonly blockPublic: Value<BlockPublic>;
    /** Arns of what AWS Backup holds recovery points of. */
    readonly backedUp: Many<string>;
  };
  's3.bucket': {
    readonly account: string;
    readonly acl: Value<readonly Grant[]>;
    /** Null when the bucket has no policy. */
    readonly policy: Value<Policy | null>;
    /** The bucket's own setting. */
    readonly blockPublic: Value<BlockPublic>;
    readonly ownership: Value<'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'>;
    readonly encryption: Value<'AES256' | 'aws:kms' | 'aws:kms:dsse' | 'none'>;
    readonly versioning: Value<'Enabled' | 'Suspended' | 'never'>;
    readonly logTarget: Value<string | null>;
    readonly replicates: Value<boolean>;
    readonly objectLock: Value<boolean>;
    readonly website: Value<Website | null>;
    readonly tags: Value<Readonly<Record<string, string>>>;
  };
}

export interface AccessKey {
  /** 1 or 2, as the credential report numbers them. */
  readonly slot: number;
  readonly active: Value<boolean>;
  /** Milliseconds since the epoch; null where the report has no date. */
  readonly rotated: Value<number | null>;
  readonly lastUsed: Value<number | null>;
}

/** The four settings of Block Public Access, each where it is written. */
export type BlockPublic = Readonly<Record<BlockPublicFlag, Known<boolean>>>;
export type BlockPublicFlag =
  | 'BlockPublicAcls'
  | 'IgnorePublicAcls'
  | 'BlockPublicPolicy'
  | 'RestrictPublicBuckets';

export interface Grant {
  /** URI of a group, or the canonical id of an account. */
  readonly grantee: string;
  readonly permission: string;
  /** Where the grantee is named. */
  readonly at: Location;
}

export interface Website {
  /** Whether every request is sent on to HTTPS. */
  readonly redirectsToHttps: boolean;
}

export interface GroupGrants {
  readonly name: string;
  readonly arn: string;
  readonly grants: readonly PolicyUse[];
}

/** How a principal comes by a policy. */
export interface PolicyUse {
  /** `policy AdministratorAccess`, `inline policy deploy`, `group ops: inline policy deploy` */
  readonly by: string;
  /** Arn of a managed policy. */
  readonly arn: string | null;
  readonly customerManaged: boolean;
  readonly document: Value<Policy>;
  /** Versions of a managed policy that are kept and not in force. */
  readonly otherVersions: readonly Policy[];
}

export interface Policy {
  readonly statements: readonly Statement[];
  /** The name of the list of statements: where one that is missing would go. */
  readonly at: Location;
}

/** One statement, with every list written out. Absent elements are null. */
export interface Statement {
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly Word[] | null;
  readonly notActions: readonly Word[] | null;
  readonly resources: readonly string[] | null;
  readonly notResources: readonly string[] | null;
  readonly principals: readonly Principal[] | null;
  readonly notPrincipals: readonly Principal[] | null;
  readonly conditions: readonly Condition[];
  readonly at: Location;
}

/** One string of a list, and where it is. */
export interface Word {
  readonly value: string;
  readonly at: Location;
}

export interface Principal extends Word {
  readonly type: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser' | '*';
}

export interface Condition {
  /** As written: `StringEquals`, `ForAllValues:StringLike`. */
  readonly operator: string;
  /** As written; keys compare without case. */
  readonly key: string;
  readonly values: readonly string[];
  /** Where the values are. */
  readonly at: Location;
}
