/** Kinds of the certificate family. */
export type CertificateKinds = {};
