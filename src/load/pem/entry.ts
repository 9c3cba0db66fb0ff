import type { LoaderEntry } from '../../source.ts';

export const pem: LoaderEntry = {
  name: 'pem',
  // `.key` is also a presentation, `.crt` may hold DER: what is inside decides.
  claims: ({ uri }) =>
    /\.(pem|crt|cer|cert|key|der|pub)$|(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/i.test(uri) ? 'look' : false,
  // The binary form has no text to show.
  recognises: (head, { uri }) =>
    /-----BEGIN [A-Z0-9 ]+-----/.test(head) || (/\.(crt|cer|der)$/i.test(uri) && /^(0|$)/.test(head)),
  load: async () => (await import('./pem.ts')).pem,
};
