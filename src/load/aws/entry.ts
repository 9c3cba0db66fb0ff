import type { Entry, LoaderEntry } from '../../source.ts';
import { isNamed, shapes } from './claims.ts';

/** Answers of the AWS API: live, in a snapshot, or saved by the command line. */
export const aws: LoaderEntry = {
  name: 'aws',
  claims: ({ uri }: Entry) => {
    if (isNamed(uri)) return 'name';
    return /\.(json|csv)$/.test(uri) &&
      !/(^|\/)(package|tsconfig|composer|package-lock)[\w.-]*\.json$/.test(uri)
      ? 'look'
      : false;
  },
  recognises: (head) => shapes.test(head) || /^"?user"?,"?arn"?,"?user_creation_time/.test(head),
  load: async () => (await import('./aws.ts')).aws,
};
