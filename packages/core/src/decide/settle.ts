import { type Deployment, replicasOf } from '../objects/deployment.ts';
import type { Policy } from '../rules/rule-fields.ts';
import type { Decision, Reason } from './decision.ts';

/** What becomes of a clone of ours that has nothing to follow. */
export function settle(clone: Deployment, policy: Policy, reason: Reason, because: string): Decision {
  const { key, uid, resourceVersion } = clone;
  switch (policy) {
    case 'keep':
      return { key, verdict: 'kept', reason, message: `${because}; the clone is kept` };
    case 'delete':
      return { key, verdict: 'delete', reason, message: `${because}; the clone goes`, effect: { kind: 'delete', key, uid } };
    case 'scale_to_zero':
      if (replicasOf(clone) === 0)
        return { key, verdict: 'inSync', reason, message: `${because}; the clone is at 0 replicas`, replicas: 0 };
      return {
        key,
        verdict: 'scaleToZero',
        reason,
        message: `${because}; the clone goes to 0 replicas`,
        replicas: 0,
        effect: { kind: 'scaleToZero', key, uid, resourceVersion },
      };
  }
}
