import type { Scope } from './common.ts';
import type { Location } from './location.ts';
import type { Value } from './value.ts';

/** Kinds of the package family. */
export interface PackageKinds {
  /** A package.json: what one project asks for. */
  'package.manifest': {
    readonly packageName: string | null;
    /** Published for others to depend on, whose own lock then decides. */
    readonly library: boolean;
    readonly scope: Scope;
    /** Path of the lockfile that holds its versions; null when there is none. */
    readonly lockfile: Value<string | null>;
    /** Span of the names of its dependency lists, or of the whole file. */
    readonly listAt: Location;
  };
  /** One line of a manifest's dependency lists. */
  'package.requirement': {
    /** The name on the left side: the folder in node_modules, which an alias sets apart from the package's name. */
    readonly alias: string;
    readonly packageName: string;
    readonly spec: string;
    /** What the spec asks for: `range`, `tag`, `git`, `url`, `path`, `workspace`, `catalog`; `unresolved` where it cannot be told. */
    readonly form: 'range' | 'tag' | 'git' | 'url' | 'path' | 'workspace' | 'catalog' | 'unresolved';
    /** Of a `git` spec: what follows `#`. */
    readonly commit: string | null;
    readonly group: DependencyGroup;
    /** The project's scope: a line of an example is not judged as one of a product. */
    readonly scope: Scope;
    readonly library: boolean;
    readonly lockfile: Value<string | null>;
    /** The version that the lockfile holds for it, null when it holds none; known only for lockfiles that are read. */
    readonly locked: Value<string | null>;
    /** A package of the same tree, whatever the spec says. */
    readonly local: Value<boolean>;
    /** Whether the manifest's `overrides` set another version. */
    readonly overridden: boolean;
    /** Whether a user part of the URL holds a password or token. */
    readonly holdsSecret: boolean;
    /** Whether advisories could be looked up for it. */
    readonly judged: Value<true>;
  };
  /** A lockfile as one document. */
  'package.lockfile': {
    /** 1, 2 or 3. */
    readonly version: number;
    readonly scope: Scope;
    readonly downloads: readonly Download[];
    /** Hosts that the project's own settings name as registries. */
    readonly registryHosts: Value<readonly string[]>;
  };
  /** One version of one package that a lockfile installs, however often. */
  'package.dependency': {
    readonly packageName: string;
    /** Unknown for what is fetched by address instead of version. */
    readonly version: Value<string>;
    readonly group: DependencyGroup;
    readonly scope: Scope;
    readonly direct: boolean;
    /** The publisher's words on why not to use it. */
    readonly deprecated: Value<string | null>;
    /** The lowest later version that no advisory holds; null when none is recorded, or it is not affected. */
    readonly lowestSafe: string | null;
    /** How it comes in: what the project asks for first, then what asks for it in turn; only for affected ones. */
    readonly chain: readonly ChainLink[];
    /** Whether advisories could be looked up for it. */
    readonly judged: Value<true>;
  };
  /** A known flaw of a package that the tree uses. */
  'package.advisory': {
    readonly packageName: string;
    readonly ids: readonly string[];
    readonly affected: readonly string[];
    /** Null when nobody rated it. */
    readonly rating: 'critical' | 'high' | 'medium' | 'low' | null;
    readonly cwe: readonly string[];
    readonly published: string | null;
    /** Since when it is known to be exploited. */
    readonly exploited: string | null;
    /** Why the record may be wrong. */
    readonly doubt: 'no-fix-recorded' | 'product-name' | 'single-source' | 'disputed' | null;
  };
  /** An .npmrc. */
  'package.settings': {
    readonly registries: readonly { readonly url: string; readonly at: Location }[];
    /** Keys that hold a password or token, with whether the file itself holds it. */
    readonly credentials: readonly {
      readonly key: string;
      readonly literal: boolean;
      readonly at: Location;
    }[];
    /** Whether certificates of registries are checked. */
    readonly strictSsl: Value<boolean>;
    readonly tracked: boolean | null;
    readonly ignored: boolean;
    readonly scope: Scope;
  };
  /** The version of a language runtime that a file asks for. */
  runtime: {
    /** Key in the end-of-life table. */
    readonly product: string;
    readonly label: string;
    /** As written: `18`, `lts/hydrogen`, `>=14`. */
    readonly spec: string;
    /** A pin chooses one version, a range admits several. */
    readonly form: 'pin' | 'range';
    /** Release cycles that it admits; unknown when the words or the data do not tell. */
    readonly cycles: Value<readonly string[]>;
    /** Known flaws of a full version that is pinned; empty for less than that. */
    readonly flaws: Value<readonly RuntimeFlaw[]>;
    readonly library: boolean;
    readonly scope: Scope;
  };
}

export interface RuntimeFlaw {
  readonly id: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  /** The lowest release of the same series without it. */
  readonly fixed: string | null;
}

export type DependencyGroup = 'production' | 'optional' | 'peer' | 'development';

/** One thing that an install fetches. */
export interface Download {
  /** `lodash@4.17.21` */
  readonly label: string;
  readonly packageName: string;
  /** Null for what is fetched by address instead of version. */
  readonly version: string | null;
  readonly form: 'registry' | 'url' | 'git' | 'file';
  /** Null when the lockfile leaves the address to the registry that is set. */
  readonly url: string | null;
  readonly hasIntegrity: boolean;
  /** Whether the project itself asks for this address. */
  readonly declared: boolean;
  /** Whether a user part of the address holds a password or token. */
  readonly holdsSecret: boolean;
  /** Span of the address, or of the entry when it has none. */
  readonly at: Location;
}

export interface ChainLink {
  readonly name: string;
  readonly at: Location;
}
