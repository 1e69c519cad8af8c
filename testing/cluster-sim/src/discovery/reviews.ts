import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { objectAt, stringAt } from '../json.ts';
import type { Access, Answer, Policy, Request } from '../request.ts';
import type { Discovered } from './discovered.ts';

/** Questions that are asked by creating an object which is answered and never stored. */
const review = (group: string, plural: string, kind: string): Discovered => ({
  group,
  version: 'v1',
  kind,
  plural,
  singular: kind.toLowerCase(),
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: ['create'],
  subresources: [],
});

const ACCESS = review('authorization.k8s.io', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview');
const SELF = review('authentication.k8s.io', 'selfsubjectreviews', 'SelfSubjectReview');

export const REVIEWS: readonly Discovered[] = [SELF, ACCESS];

const pathOf = ({ group, version, plural }: Discovered): string => `/apis/${group}/${version}/${plural}`;

/** What a review's `spec.resourceAttributes` ask, in the policy's words; undefined for a question about a path. */
function asked(user: string, spec: JsonObject): Access | undefined {
  if (spec.resourceAttributes === undefined) return undefined;
  const attribute = (name: string): string | undefined => {
    const value = stringAt(spec, 'resourceAttributes', name);
    return value === '' ? undefined : value;
  };
  const group = attribute('group');
  const plural = attribute('resource') ?? '';
  return {
    user,
    verb: attribute('verb') ?? '',
    resource: group === undefined ? plural : `${plural}.${group}`,
    subresource: attribute('subresource'),
    namespace: attribute('namespace'),
    name: attribute('name'),
  };
}

function created(body: Json): Answer {
  return { kind: 'whole', status: 201, body };
}

/** `kubectl auth can-i` and `kubectl auth whoami`; undefined where the request is neither. */
export function reviewed(request: Request, policy: Policy | undefined): Answer | undefined {
  if (request.method !== 'POST') return undefined;
  switch (request.path) {
    case pathOf(ACCESS): {
      const spec = objectAt(request.body, 'spec');
      const access = asked(request.user, spec);
      const allowed = access === undefined || (policy?.authorize?.(access) ?? true);
      return created({
        kind: ACCESS.kind,
        apiVersion: `${ACCESS.group}/${ACCESS.version}`,
        metadata: {},
        spec,
        status: { allowed },
      });
    }
    case pathOf(SELF):
      return created({
        kind: SELF.kind,
        apiVersion: `${SELF.group}/${SELF.version}`,
        metadata: {},
        status: { userInfo: { username: request.user, groups: ['system:authenticated'] } },
      });
    default:
      return undefined;
  }
}
