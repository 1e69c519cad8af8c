import type { JsonObject } from '@ddprofiler-rc/core';

/** What `/version` says: the Kubernetes release whose behaviour is embedded. */
export const VERSION: JsonObject = {
  major: '1',
  minor: '37',
  gitVersion: 'v1.37.2+embedded',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'embedded',
};
