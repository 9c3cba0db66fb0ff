/** Kinds of the cloud family. */
export interface AwsKinds {
  's3.bucket': object;
  'iam.account': object;
}
