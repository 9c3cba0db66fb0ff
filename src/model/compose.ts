/** Kinds of the compose family. */
export type ComposeKinds = {};
