import type { JsonObject } from '../../json.ts';
import type { Cause } from '../resource-info.ts';
import { checkAutoscaler } from './autoscaler.ts';
import { checkDefinition, checkDefinitionName, checkSameDefinition } from './definition.ts';
import { checkMetadata } from './metadata.ts';
import { Report } from './report.ts';
import { checkSameAddress, checkService } from './service.ts';
import { checkBudget, checkConfigMap, checkEvent, checkLease, checkSameConfigMap } from './small-kinds.ts';
import {
  checkDeployment,
  checkDeploymentStatus,
  checkPod,
  checkReplicaSet,
  checkReplicaSetStatus,
  checkSamePod,
  checkSameSelector,
} from './workload.ts';

type Check = (report: Report, object: JsonObject) => void;
type Comparison = (report: Report, object: JsonObject, former: JsonObject) => void;

/** What is looked at beside the metadata, by kind. */
interface Checks {
  /** Of a new object, before all else. */
  readonly birth?: Check;
  readonly object?: Check;
  /** What an update may not change. */
  readonly change?: Comparison;
  readonly status?: Check;
}

const CHECKS: Readonly<Record<string, Checks>> = {
  Deployment: { object: checkDeployment, change: checkSameSelector, status: checkDeploymentStatus },
  ReplicaSet: { object: checkReplicaSet, change: checkSameSelector, status: checkReplicaSetStatus },
  Pod: { object: checkPod, change: checkSamePod },
  Service: { object: checkService, change: checkSameAddress },
  HorizontalPodAutoscaler: { object: checkAutoscaler },
  PodDisruptionBudget: { object: checkBudget },
  Lease: { object: checkLease },
  ConfigMap: { object: checkConfigMap, change: checkSameConfigMap },
  Event: { object: checkEvent },
  CustomResourceDefinition: { birth: checkDefinitionName, object: checkDefinition, change: checkSameDefinition },
};

const NONE: Checks = {};

/** Why the server refuses an object of a built-in kind, in its words and in its order. */
export function causesAgainst(
  kind: string,
  object: JsonObject,
  former: JsonObject | undefined,
  subresource: 'status' | 'scale' | undefined,
): readonly Cause[] {
  const report = new Report();
  const checks = CHECKS[kind] ?? NONE;
  checkMetadata(report, kind, object);
  if (former === undefined) checks.birth?.(report, object);
  if (subresource === 'status') checks.status?.(report, object);
  // What stands in the store was looked at when it came there.
  else if (former === undefined || hasOtherContent(object, former)) checks.object?.(report, object);
  if (former !== undefined && subresource !== 'status') checks.change?.(report, object, former);
  return report.causes;
}

function hasOtherContent(object: JsonObject, former: JsonObject): boolean {
  return Object.keys(object).some((part) => part !== 'metadata' && part !== 'status' && object[part] !== former[part]);
}
