import type { ApiRequest } from '@ddprofiler-rc/k8s-adapter';
import type { Call } from './plan.ts';

export function callOf({ verb, path, what }: ApiRequest): Call {
  switch (verb) {
    case 'watch':
      return verb;
    case 'list':
      // Only its first page says so by its query.
      return what.endsWith(' once more') ? 'audit' : verb;
    default:
      if (isOfLease(path)) return 'lease';
      return verb === 'get' ? verb : 'write';
  }
}

/** Operators write their Lease whether they lead or not. */
export function isOfLease(path: string): boolean {
  return path.includes('/apis/coordination.k8s.io/');
}

/** One request for a trace: `apply shop/web-profiler`. */
export function describeRequest({ what, query }: ApiRequest): string {
  const { resourceVersion, continue: token, force } = query;
  const details = [
    ...(resourceVersion === undefined ? [] : [`from ${resourceVersion}`]),
    ...(token === undefined ? [] : ['next page']),
    ...(force === 'true' ? ['force'] : []),
  ];
  return details.length === 0 ? what : `${what} (${details.join(', ')})`;
}
