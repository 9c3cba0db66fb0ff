/** Put in from package.json when the program is bundled. */
declare const HARDPAN_VERSION: string | undefined;

export const version = typeof HARDPAN_VERSION === 'string' ? HARDPAN_VERSION : '0.0.0-source';
