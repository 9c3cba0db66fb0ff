export { type AuditRun, audit, type DataReader, type Plan } from './audit.ts';
export * from './check.ts';
export type { Audit, Finding, Problem } from './finding.ts';
export * from './plugin.ts';
export { documentOf } from './report/document.ts';
export type { Collector, Loader, LoaderEntry, Source } from './source.ts';
