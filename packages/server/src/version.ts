import manifest from '../package.json' with { type: 'json' };

/** The operator's version, as in its package manifest. */
export const VERSION: string = manifest.version;
