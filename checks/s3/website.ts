import { defineCheck, known } from '../../src/check.ts';
import { absent } from '../_lib/s3-examples.ts';

const file = 'aws/s3/site/get-bucket-website.json';

export default defineCheck({
  on: 's3.bucket',
  title: 'A bucket is served as a web site',
  severity: 'medium',
  risk: ['data-exposure', 'unencrypted-transport'],
  why: 'The website endpoint speaks plain HTTP only and needs objects that everybody may read.',
  remedy:
    'Serve the files through CloudFront with origin access control, and delete the website configuration.',
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html'],
  compliance: { cwe: ['319'], 'owasp-2021': ['A02'] },

  *run(bucket) {
    const site = known(bucket.website);
    if (site === null || site.redirectsToHttps) return;
    yield {
      message: `Bucket ${bucket.name} has a website endpoint, which has no TLS`,
      at: bucket.website.at,
    };
  },

  bad: [
    { [file]: '{"IndexDocument":{"Suffix":«"index.html"»}}' },
    { [file]: '{"RedirectAllRequestsTo":«{"HostName":"www.example.com"}»}' },
  ],
  good: [
    { [file]: absent('NoSuchWebsiteConfiguration', 'GetBucketWebsite') },
    // It only sends visitors on to a host with TLS.
    { [file]: '{"RedirectAllRequestsTo":{"HostName":"www.example.com","Protocol":"https"}}' },
  ],
  unsure: [{ [file]: absent('AccessDenied', 'GetBucketWebsite') }, { [file]: '{}' }],
});
