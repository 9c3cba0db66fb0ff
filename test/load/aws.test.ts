import { describe, expect, test } from 'vitest';
import { type AuditRun, audit } from '../../src/audit.ts';
import { type MemoryFile, memory } from '../../src/collect/memory.ts';
import { parseJson } from '../../src/lang/json.ts';
import { addressOf } from '../../src/load/aws/address.ts';
import { aws as entry } from '../../src/load/aws/entry.ts';
import { policyFrom } from '../../src/load/aws/policy.ts';
import type { Kind, Resource } from '../../src/model/resource.ts';
import { allChecks } from '../examples.ts';

const checks = await allChecks();

function run(files: Record<string, string>, ids: readonly string[] = []): Promise<AuditRun> {
  const list: MemoryFile[] = Object.entries(files).map(([uri, text]) => ({ uri, text }));
  return audit({
    collector: memory('test', list),
    loaders: [entry],
    checks: async () => new Map([...checks].filter(([id]) => ids.includes(id))),
    data: { open: () => undefined },
    now: Date.parse('2026-06-01'),
    all: true,
  });
}

async function all<K extends Kind>(files: Record<string, string>, kind: K): Promise<readonly Resource<K>[]> {
  const { graph, audit: found } = await run(files);
  expect(found.problems).toEqual([]);
  return graph.all(kind).items;
}

const acl =
  '{"Owner":{"ID":"a"},"Grants":[{"Grantee":{"ID":"a","Type":"CanonicalUser"},"Permission":"READ"}]}';
const denied = (operation: string, code = 'AccessDenied') =>
  `\nAn error occurred (${code}) when calling the ${operation} operation: no\n`;

describe('where people put answers', () => {
  const root = parseJson(acl, 'x').root;
  test.each([
    ['export/111122223333/s3/site/get-bucket-acl.json', 'site', 'export/111122223333'],
    ['export/111122223333/eu-west-1/s3api/site/GetBucketAcl.json', 'site', 'export/111122223333'],
    ['prod/buckets/site/get_bucket_acl.json', 'site', 'prod'],
    ['prod/site/get-bucket-acl.json', 'site', 'prod'],
    ['prod/site.get-bucket-acl.json', 'site', 'prod'],
    ['prod/www.example.com.get-bucket-acl.json', 'www.example.com', 'prod'],
    ['prod/s3/site-get-bucket-acl.json', 'site', 'prod'],
    ['prod/get-bucket-acl-site.json', 'site', 'prod'],
    ['prod/get-bucket-acl_my-site.json', 'my-site', 'prod'],
    ['prod/get-bucket-acl/site.json', 'site', 'prod'],
    ['prod/site/acl.json', 'site', 'prod'],
    ['prod/site-acl.json', 'site', 'prod'],
    ['prod/acl_site.json', 'site', 'prod'],
    ['prod/acls/site.json', 'site', 'prod'],
    ['aws:111122223333/eu-west-1/s3/site/GetBucketAcl', 'site', 'aws:111122223333'],
    ['get-bucket-acl.json', undefined, ''],
    ['export/s3/get-bucket-acl.json', undefined, 'export'],
    ['export/111122223333/get-bucket-acl.json', undefined, 'export/111122223333'],
    ['export/2026-06-01.json', undefined, 'export'],
  ])('%s', (uri, resource, folder) => {
    expect(addressOf(uri, root)).toEqual({ operation: 'GetBucketAcl', resource, folder });
  });

  test.each([
    ['aws/s3control/get-public-access-block.json', ''],
    ['aws/get-public-access-block.json', ''],
    ['aws/account-public-access-block.json', ''],
    ['aws/s3/get-account-public-access-block.json', ''],
    ['aws/get-public-access-block-111122223333.json', ''],
    ['aws/s3/site/get-public-access-block.json', 'site'],
    ['aws/get-public-access-block-site.json', 'site'],
  ])('block of account or bucket: %s', (uri, resource) => {
    expect(addressOf(uri, undefined)).toMatchObject({ operation: 'GetPublicAccessBlock', resource });
  });

  test('the policy of a bucket names it', async () => {
    const policy = JSON.stringify({
      Statement: [{ Resource: ['arn:aws:s3:::site', 'arn:aws:s3:::site/*'] }],
    });
    const [bucket] = await all({ 'x/one.json': JSON.stringify({ Policy: policy }) }, 's3.bucket');
    expect(bucket?.name).toBe('site');
  });

  test('a bucket that nothing names is a problem, and two of them are not taken for one', async () => {
    const { audit: found } = await run({ 'x/one.json': acl, 'x/two.json': acl });
    expect(found.problems.map(({ subject, message }) => `${subject} ${message}`)).toEqual([
      'x/one.json is an answer of AWS, but neither its folder nor its name says of which bucket',
      'x/two.json is an answer of AWS, but neither its folder nor its name says of which bucket',
    ]);
  });
});

describe('what only looks like an answer', () => {
  test.each([
    ['package.json', '{"name":"x","Grants":[]}'],
    [
      'template.json',
      '{"Resources":{"B":{"Type":"AWS::S3::Bucket","Properties":{"PublicAccessBlockConfiguration":{}}}}}',
    ],
    ['state.json', '{"version":4,"terraform_version":"1.5.0","resources":[{"Buckets":[]}]}'],
    ['plan.json', '{"format_version":"1.2","Policy":"{}"}'],
    ['list.json', '{"items":[{"Grants":[]}]}'],
    ['app.json', '{"Grants":[],"database":{"host":"x"}}'],
    ['lambda-policy.json', '{"Policy":"{\\"Statement\\":[]}","RevisionId":"1"}'],
    ['key-policy.json', '{"Policy":"{\\"Statement\\":[{\\"Resource\\":\\"*\\"}]}","PolicyName":"default"}'],
    ['people.csv', 'user,name,age\nx,y,1\n'],
    ['broken.json', '{"Grants": [ {{{ '],
    ['get-bucket-cors.json', '{"CORSRules":[]}'],
    ['get-bucket-location.json', denied('GetBucketLocation')],
  ])('%s', async (uri, text) => {
    const { audit: found, graph } = await run({ [`site/${uri}`]: text });
    expect(found.problems).toEqual([]);
    expect(graph.all('s3.bucket').items).toEqual([]);
  });
});

describe('errors', () => {
  const calls = (text: string) => ({ 'aws/s3/site/get-bucket-policy.json': text });
  test.each([
    ['absent', denied('GetBucketPolicy', 'NoSuchBucketPolicy'), null],
    [
      'absent, as the newest versions print it',
      `\naws: [ERROR]: ${denied('GetBucketPolicy', 'NoSuchBucketPolicy').trim()}\n\nAdditional error details:\nBucketName: site\n`,
      null,
    ],
    ['absent, as JSON', '{"Code":"NoSuchBucketPolicy","Message":"The bucket policy does not exist"}', null],
    ['absent, as YAML', 'Code: NoSuchBucketPolicy\nMessage: The bucket policy does not exist\n', null],
    [
      'absent, of an SDK',
      '{"Error":{"Code":"NoSuchBucketPolicy","Message":"no"},"ResponseMetadata":{}}',
      null,
    ],
    [
      'absent after retries',
      'An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation (reached max retries: 4): no',
      null,
    ],
    ['denied', denied('GetBucketPolicy'), 'GetBucketPolicy: AccessDenied'],
    [
      'denied, as a service says it',
      '{"__type":"com.amazon#AccessDeniedException","message":"no"}',
      'GetBucketPolicy: AccessDeniedException',
    ],
    ["another call's absence", denied('GetBucketTagging', 'NoSuchTagSet'), 'GetBucketPolicy: NoSuchTagSet'],
    [
      'no credentials',
      'Unable to locate credentials. You can configure credentials by running "aws configure".',
      'GetBucketPolicy: Unable to locate credentials. You can configure credentials by running "aws conf',
    ],
    [
      'no region',
      'aws: [ERROR]: An error occurred (NoRegion): You must specify a region.',
      'GetBucketPolicy: NoRegion',
    ],
    [
      'no connection',
      '\nCould not connect to the endpoint URL: "http://x/"\n',
      'GetBucketPolicy: Could not connect to the endpoint URL: "http://x/"',
    ],
    ['throttled', denied('GetBucketPolicy', 'SlowDown'), 'GetBucketPolicy: SlowDown'],
    ['nothing', '', 'GetBucketPolicy was saved without its answer'],
    ['an empty success', '{}', 'GetBucketPolicy: the file holds no answer of it'],
    ['another answer', acl, 'GetBucketPolicy: the file holds no answer of it'],
  ])('%s', async (_, text, reason) => {
    const [bucket] = await all(calls(text), 's3.bucket');
    const policy = bucket?.policy;
    expect(policy?.state === 'unknown' ? policy.reason : null).toBe(reason);
    expect(policy?.state === 'unknown').toBe(reason !== null);
  });

  test('warnings before the answer do no harm', async () => {
    const warned = `/usr/lib/python3/site.py:1: Warning: old Python\n  warnings.warn(x)\n${acl}`;
    const [bucket] = await all({ 'aws/s3/site/get-bucket-acl.json': warned }, 's3.bucket');
    expect(bucket?.acl).toMatchObject({ state: 'explicit', value: [{ permission: 'READ' }] });
  });

  test.each([
    ['cut off', acl.slice(0, 60)],
    ['in another format', 'Grants:\n- Permission: READ\n'],
    ['an HTML page', '<html>captive portal</html>'],
  ])('an answer %s is a problem', async (_, text) => {
    const { audit: found } = await run({ 'aws/s3/site/get-bucket-acl.json': text });
    expect(found.problems).toHaveLength(1);
  });

  test('a denied call makes exactly the checks that need it unknown', async () => {
    const bucket = (name: string, more: Record<string, string> = {}) =>
      Object.fromEntries(
        Object.entries({
          'get-bucket-acl': '{"Grants":[]}',
          'get-bucket-policy': denied('GetBucketPolicy', 'NoSuchBucketPolicy'),
          'get-public-access-block': denied('GetPublicAccessBlock', 'NoSuchPublicAccessBlockConfiguration'),
          'get-bucket-ownership-controls':
            '{"OwnershipControls":{"Rules":[{"ObjectOwnership":"ObjectWriter"}]}}',
          'get-bucket-encryption':
            '{"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}}',
          'get-bucket-versioning': '',
          'get-bucket-logging': '',
          'get-bucket-replication': denied('GetBucketReplication', 'ReplicationConfigurationNotFoundError'),
          'get-object-lock-configuration': denied(
            'GetObjectLockConfiguration',
            'ObjectLockConfigurationNotFoundError',
          ),
          'get-bucket-website': denied('GetBucketWebsite', 'NoSuchWebsiteConfiguration'),
          ...more,
        }).map(([call, text]) => [`aws/s3/${name}/${call}.json`, text]),
      );
    const account = {
      'aws/s3control/get-public-access-block.json': denied(
        'GetPublicAccessBlock',
        'NoSuchPublicAccessBlockConfiguration',
      ),
      'aws/backup/list-protected-resources.json': '{"Results":[]}',
    };
    const ids = [...checks.keys()].filter((id) => id.startsWith('s3/'));
    const unknowns = async (call: string) => {
      const { audit: found } = await run({ ...account, ...bucket('site', { [call]: denied('It') }) }, ids);
      return found.findings.filter(({ state }) => state === 'unknown').map(({ check }) => check);
    };
    expect(await unknowns('get-bucket-acl')).toEqual(['s3/public-acl-read', 's3/public-acl-write']);
    expect(await unknowns('get-bucket-policy')).toEqual([
      's3/policy-http-allowed',
      's3/public-policy-read',
      's3/public-policy-write',
    ]);
    // Nothing is public, so what blocks it does not matter.
    expect(await unknowns('get-public-access-block')).toEqual(['s3/bucket-bpa']);
    expect(await unknowns('get-bucket-ownership-controls')).toEqual([]);
    expect(await unknowns('get-bucket-encryption')).toEqual(['s3/encryption-kms']);
    expect(await unknowns('get-bucket-versioning')).toEqual(['s3/no-backup', 's3/versioning']);
    expect(await unknowns('get-bucket-replication')).toEqual(['s3/no-backup']);
    expect(await unknowns('get-bucket-logging')).toEqual(['s3/logging']);
    expect(await unknowns('get-bucket-website')).toEqual(['s3/website']);
  });

  test('a refused list of buckets or of users is never silence', async () => {
    const { audit: found } = await run(
      {
        'aws/s3api/list-buckets.json': denied('ListBuckets'),
        'aws/iam/get-account-authorization-details.json': denied('GetAccountAuthorizationDetails'),
        'aws/iam/get-credential-report.json': denied('GetCredentialReport', 'ReportNotPresent'),
      },
      [...checks.keys()].filter((id) => /^(s3|iam)\//.test(id)),
    );
    const outcome = new Map(found.findings.map(({ check, state }) => [check, state]));
    const settled = [...outcome].filter(([, state]) => state !== 'unknown' && state !== 'not-applicable');
    expect(settled).toEqual([]);
    expect(outcome.size).toBeGreaterThan(25);
  });
});

describe('accounts', () => {
  const details = (account: string, user: string) =>
    `{"UserDetailList":[{"UserName":"${user}","Arn":"arn:aws:iam::${account}:user/${user}"}],"GroupDetailList":[],"RoleDetailList":[],"Policies":[]}`;
  const list = '{"Buckets":[{"Name":"site"}]}';

  test('are called by the number in their arns', async () => {
    const files = { 'dump/list-buckets.json': list, 'dump/iam/gaad.json': details('111122223333', 'a') };
    const [account] = await all(files, 's3.account');
    expect(account?.name).toBe('account 111122223333');
    expect((await all(files, 's3.bucket'))[0]?.id).toBe('s3.bucket:111122223333/site');
  });

  test('are kept apart by folder, by number and by date', async () => {
    const buckets = await all(
      {
        'a/111122223333/s3api/list-buckets.json': list,
        'a/444455556666/s3api/list-buckets.json': list,
        'old/111122223333/s3api/list-buckets.json': list,
        'dev/list-buckets.json': list,
      },
      's3.bucket',
    );
    expect(buckets.map(({ account }) => account)).toEqual([
      '111122223333 in a/111122223333',
      '444455556666',
      '111122223333 in old/111122223333',
      'dev',
    ]);
  });

  test('two in one folder are not mixed', async () => {
    const principals = await all(
      { 'iam/prod.json': details('111122223333', 'a'), 'iam/dev.json': details('444455556666', 'a') },
      'iam.principal',
    );
    expect(principals.map(({ id }) => id)).toEqual([
      'iam.principal:111122223333/user/a',
      'iam.principal:444455556666/user/a',
    ]);
  });

  test('pages of one call are put together', async () => {
    const page = (user: string, more: boolean) =>
      details('111122223333', user).replace(/}$/, `,"IsTruncated":${more}${more ? ',"Marker":"m"' : ''}}`);
    const both = {
      'x/get-account-authorization-details-1.json': page('a', true),
      'x/get-account-authorization-details-2.json': page('b', false),
    };
    expect((await all(both, 'iam.principal')).map(({ name }) => name)).toEqual(['user a', 'user b']);
    const half = { 'x/get-account-authorization-details-1.json': page('a', true) };
    expect((await all(half, 'iam.principal')).map(({ name }) => name)).toEqual([
      'user a',
      'unread users and roles of account 111122223333',
    ]);
  });
});

test('keys that were saved along are secrets', async () => {
  const key = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const text = `{"UserDetailList":[],"Policies":[],"RoleDetailList":[],"AccessKey":{"SecretAccessKey": "${key}"}}`;
  const { secrets } = await run({ 'x/get-account-authorization-details.json': text });
  const [span] = secrets.get('x/get-account-authorization-details.json') ?? [];
  expect(span && text.slice(span.start, span.end)).toBe(key);
});

describe('policies in strings', () => {
  const document = '{\n "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "é🙂/*"}]}';
  test.each([
    ['plain', JSON.stringify(document), '\\"s3:Get*\\"'],
    ['URL-encoded', JSON.stringify(encodeURIComponent(document)), '%22s3%3AGet*%22'],
    [
      'URL-encoded in small letters',
      JSON.stringify(encodeURIComponent(document).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
      '%22s3%3aGet*%22',
    ],
    ['with escapes', JSON.stringify(document).replaceAll('s3', '\\u00733'), '\\"\\u00733:Get*\\"'],
  ])('%s: the place is that of the action', (_, written, marked) => {
    const text = `{"Policy": ${written}}`;
    const { root } = parseJson(text, 'x');
    const node = root?.type === 'object' ? root.members.get('Policy')?.value : undefined;
    const found = policyFrom(node, { uri: 'x', text }, { source: 'x', start: 0, end: 0 });
    const word = found.state === 'unknown' ? undefined : found.value.statements[0]?.actions?.[0];
    expect(word && text.slice(word.at.start, word.at.end)).toBe(marked);
    expect(word?.value.toLowerCase()).toBe('s3:get*');
  });

  test.each([
    '"no document"',
    '"{"',
    '"%7B"',
    '"%ZZ"',
    '"{}"',
    '{}',
    '7',
    '{"Statement":"x"}',
    '{"Statement":[null]}',
  ])('%s is no policy', (written) => {
    const { root } = parseJson(`{"Policy":${written}}`, 'x');
    const node = root?.type === 'object' ? root.members.get('Policy')?.value : undefined;
    const found = policyFrom(
      node,
      { uri: 'x', text: `{"Policy":${written}}` },
      { source: 'x', start: 0, end: 0 },
    );
    expect(found.state).toBe('unknown');
  });
});
