import { defineCheck, known } from '../../src/check.ts';
import { administers, anyArn, decide } from '../../src/facts/aws/allows.ts';
import { allow, details, detailsFile, managed, policy } from '../_lib/iam-examples.ts';

/** Services whose whole is a way to data, keys or rights, each with what most of its actions are about. */
const services = [
  ['iam', 'any'],
  ['kms', 'key'],
  ['sts', 'any'],
  ['cloudtrail', 'trail'],
  ['s3', ''],
  ['ec2', 'any'],
  ['lambda', 'function:'],
  ['secretsmanager', 'secret:'],
  ['ssm', 'parameter'],
  ['organizations', 'any'],
  ['rds', 'db:'],
  ['dynamodb', 'table'],
] as const;

const one = (document: string, attachments = 1) => ({
  [detailsFile]: details({ policies: [managed('ops', document, attachments)] }),
});
const flagged = (document: string) => ({
  [detailsFile]: details({ policies: [managed('ops', document)] }),
});

export default defineCheck({
  on: 'iam.policy',
  title: 'A policy allows everything of a sensitive service',
  severity: 'medium',
  risk: 'access-control',
  why: 'It takes in what nobody meant to grant: deleting trails, reading every secret, handing out the key.',
  remedy: 'List the actions and the resources that are needed.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege'],
  compliance: { cwe: ['269'], 'owasp-2021': ['A01'], fsbp: ['IAM.21'] },
  equivalents: {
    prowler: [
      'iam_policy_no_full_access_to_kms',
      'iam_policy_no_full_access_to_cloudtrail',
      'iam_inline_policy_no_full_access_to_kms',
      'iam_inline_policy_no_full_access_to_cloudtrail',
    ],
  },
  applies: ({ origin }) => origin !== 'aws',

  *run(policy) {
    const { statements } = known(policy.document);
    // Full administration is told once, by its own checks.
    if (administers(statements, policy.account).access !== 'no') return;
    const whole = services.flatMap(([service, type]) => {
      // An action that only a pattern for all of the service takes in.
      const anything = anyArn(service, policy.account, type);
      const { access, at } = decide(statements, `${service}:HardpanAnyAction`, anything);
      return access === 'yes' ? [{ service, at }] : [];
    });
    const [first] = whole;
    if (!first || known(policy.attachments) === 0) return;
    yield {
      message: `Policy ${policy.name} allows ${whole.map(({ service }) => `${service}:*`).join(', ')} on everything`,
      at: first.at ?? policy.at,
    };
  },

  bad: [
    flagged(policy(allow('«"kms:*"»'))),
    flagged(policy(allow('["kms:Decrypt",«"KMS:*"»]', '"arn:aws:kms:*:111122223333:key/*"'))),
    flagged(policy(allow('«"dynamodb:*"»', '"arn:aws:dynamodb:*:*:table/*"'))),
    flagged(policy(allow('[«"s3:*"»,"S3:GetObject"]', '["arn:aws:s3:::*"]'))),
    flagged(policy('{"Effect":"Allow","NotAction":[«"iam:*"»,"sts:*"],"Resource":"*"}')),
  ],
  good: [
    one(policy(allow('["kms:Decrypt","kms:Encrypt"]'))),
    one(policy(allow('"s3:*"', '"arn:aws:s3:::uploads/*"'))),
    one(policy(allow('"kms:*"', '"arn:aws:kms:*:111122223333:key/1a2b"'))),
    one(policy(allow('"kms:*"')), 0),
    one(policy(allow('"kms:*"'), '{"Effect":"Deny","Action":"kms:*","Resource":"*"}')),
    one(policy(allow('"*"'))),
  ],
});
