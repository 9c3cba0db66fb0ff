/** Kinds of the docker family. */
export type DockerKinds = {};
