import type { Value } from './value.ts';

/** Kinds of the certificate family. */
export interface CertificateKinds {
  /** One certificate of a PEM or DER file; the first of a chain is the one that a server shows. */
  certificate: {
    /** Place in its file, from 0. */
    readonly position: number;
    readonly subject: string;
    readonly issuer: string;
    /** Names that it is good for: DNS names and addresses. */
    readonly names: readonly string[];
    /** Milliseconds since the epoch. */
    readonly validFrom: number;
    readonly validTo: number;
    readonly isAuthority: boolean;
    readonly isSelfSigned: boolean;
    /** One of the many authorities of a file that clients trust by; servers show none of them. */
    readonly inBundle: boolean;
    /** `rsa`, `ec`, `ed25519`, … */
    readonly keyType: string;
    /** Bits of an RSA or DSA key; null for others. */
    readonly keyBits: number | null;
    /** In a folder of tests, fixtures or examples. */
    readonly isSample: boolean;
  };
  private_key: {
    /** As its header says: `RSA`, `EC`, `OPENSSH`, '' for PKCS#8. */
    readonly format: string;
    readonly encrypted: Value<boolean>;
    /** Permission bits; null where the source has none. */
    readonly mode: number | null;
    /** Whether git has it; null outside a repository. */
    readonly tracked: boolean | null;
    readonly ignored: boolean | null;
    readonly isSample: boolean;
  };
}
