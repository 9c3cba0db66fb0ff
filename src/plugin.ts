import type { Check } from './check.ts';
import type { Document } from './report/document.ts';
import type { Collector, LoaderEntry } from './source.ts';

export type { Kinds } from './model/kinds.ts';
export { defineLoader } from './source.ts';

export type Reporter = (document: Document) => Iterable<string>;

/** What an extension may bring. It is code, and is loaded only when the running user's own config names it. */
export interface Plugin {
  readonly name: string;
  /** Key below the plugin's name → check. */
  readonly checks?: Readonly<Record<string, Check>>;
  readonly loaders?: readonly LoaderEntry[];
  readonly collectors?: Readonly<Record<string, (target: string) => Collector>>;
  readonly reporters?: Readonly<Record<string, Reporter>>;
}

export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}
