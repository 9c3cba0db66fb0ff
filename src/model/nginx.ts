/** Kinds of the nginx family. */
export type NginxKinds = {};
