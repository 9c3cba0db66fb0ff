/** Kinds of the package family. */
export type PackageKinds = {};
