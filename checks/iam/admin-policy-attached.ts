import { defineCheck, known } from '../../src/check.ts';
import { administers } from '../../src/facts/aws/allows.ts';
import { allow, details, detailsFile, managed, policy } from '../_lib/iam-examples.ts';

const one = (document: string, attachments = 1) => ({
  [detailsFile]: details({ policies: [managed('ops', document, attachments)] }),
});
const flagged = (document: string) => ({
  [detailsFile]: details({ policies: [managed('ops', document)] }),
});

export default defineCheck({
  on: 'iam.policy',
  title: 'A policy of your own gives full administration',
  severity: 'critical',
  risk: 'access-control',
  why: 'Whoever holds it, or breaks into something that does, owns the account.',
  remedy:
    'List the actions and resources that the work needs; set a permissions boundary where that is hard.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege'],
  compliance: { cwe: ['269'], 'owasp-2021': ['A01'], 'cis-aws-3.0': ['1.16'], fsbp: ['IAM.1'] },
  equivalents: {
    prowler: ['iam_customer_attached_policy_no_administrative_privileges'],
    checkov: ['CKV_AWS_62', 'CKV_AWS_63'],
  },
  applies: ({ origin }) => origin === 'customer',

  *run(policy) {
    const { access, at = policy.at } = administers(known(policy.document).statements, policy.account);
    if (access === 'no') return;
    const count = known(policy.attachments);
    if (count === 0) return;
    const often = count === 1 ? 'once' : `${count} times`;
    const limits = access === 'conditional' ? ' under a condition' : '';
    yield {
      message: `Policy ${policy.name} allows administration of the whole account${limits} and is attached ${often}`,
      at,
      severity: access === 'conditional' ? 'medium' : 'critical',
    };
  },

  bad: [
    flagged(policy(allow('«"*"»'))),
    flagged(policy(allow('[«"*:*"»]', '["*"]'))),
    // iam:* is everything, one step later; so is everything but a little.
    flagged(policy(allow('«"IAM:*"»', '"arn:aws:iam::*"'))),
    flagged(policy('{"Effect":"Allow","NotAction":[«"s3:*"»,"ec2:*"],"Resource":"*"}')),
    // Split over statements.
    flagged(policy(allow('[«"iam:Create*"»,"iam:Put*"]'), allow('["iam:Attach*","iam:Update*"]'))),
    // A condition makes it less, not nothing.
    flagged(policy(allow('«"*"»', '"*"', ',"Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}'))),
    flagged(policy(allow('«"?*"»', '"arn:*"'))),
    flagged(policy(allow('«"iam:*"»', '"arn:aws-cn:iam::*:*"'))),
    // True of every request over TLS, and so of every request that counts.
    flagged(policy(allow('«"*"»', '"*"', ',"Condition":{"Bool":{"aws:SecureTransport":"true"}}'))),
  ],
  good: [
    one(policy(allow('["s3:*","ec2:*"]'))),
    one(policy(allow('"iam:*"', '"arn:aws:iam::111122223333:user/${aws:username}"'))),
    one(policy(allow('"*"')), 0),
    // What is taken away again for certain is not allowed.
    one(policy(allow('"*"'), '{"Effect":"Deny","Action":"iam:*","Resource":"*"}')),
    one(policy('{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}')),
  ],
});
