import type { AwsKinds } from './aws.ts';
import type { BackupKinds } from './backup.ts';
import type { CertificateKinds } from './certificate.ts';
import type { CommonKinds } from './common.ts';
import type { ComposeKinds } from './compose.ts';
import type { DockerKinds } from './docker.ts';
import type { ImageKinds } from './image.ts';
import type { NginxKinds } from './nginx.ts';
import type { PackageKinds } from './package.ts';

/** Every resource kind and its attributes. Plugins add theirs by declaration merging. */
export interface Kinds
  extends CommonKinds,
    BackupKinds,
    NginxKinds,
    CertificateKinds,
    DockerKinds,
    ComposeKinds,
    ImageKinds,
    PackageKinds,
    AwsKinds {}
