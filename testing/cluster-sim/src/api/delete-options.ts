import { isJsonArray, isJsonObject, type Json, type JsonObject, numberAt, stringAt } from '../json.ts';
import type { Cause } from '../kinds/index.ts';
import type { Request } from '../request.ts';
import { typeProblem } from './body.ts';
import { integer, isTrue } from './query.ts';
import { badRequest, invalid } from './status-error.ts';
import { cause, dryRunCauses, unsupported } from './write-options.ts';

/** What a delete may ask for. */
export interface DeleteOptions {
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  /** Undefined: the client leaves it to the server, and to the finalizers that are there. */
  readonly propagation: 'Foreground' | 'Background' | 'Orphan' | undefined;
  readonly graceSeconds: number | undefined;
  readonly isDryRun: boolean;
}

const PROPAGATIONS = ['Foreground', 'Background', 'Orphan'] as const;
const KINDS = ['', 'DeleteOptions'];

/** A body says everything; the query is asked only where there is none. @throws Refusal 400, 422 */
export function deleteOptions({ body, query }: Request): DeleteOptions {
  const given = body === undefined || body === null ? optionsIn(query) : optionsOf(body);
  const policy = stringAt(given, 'propagationPolicy');
  const orphans = typeof given.orphanDependents === 'boolean' ? given.orphanDependents : undefined;
  const dryRun = isJsonArray(given.dryRun) ? given.dryRun.map(String) : [];
  const causes = [...propagationCauses(policy, orphans), ...dryRunCauses(dryRun)];
  if (causes.length > 0) throw invalid({ kind: 'DeleteOptions', group: 'meta.k8s.io' }, causes);
  const known = PROPAGATIONS.find((one) => one === policy);
  const grace = numberAt(given, 'gracePeriodSeconds');
  return {
    uid: stringAt(given, 'preconditions', 'uid'),
    resourceVersion: stringAt(given, 'preconditions', 'resourceVersion'),
    propagation: known ?? (orphans === undefined ? undefined : orphans ? 'Orphan' : 'Background'),
    // A grace period below 0 means the shortest one that is none.
    graceSeconds: grace === undefined ? undefined : grace < 0 ? 1 : grace,
    isDryRun: dryRun.length > 0,
  };
}

function optionsOf(body: Json): JsonObject {
  if (!isJsonObject(body)) throw badRequest(`couldn't get version/kind; json parse error: ${typeProblem(body)}`);
  const kind = stringAt(body, 'kind') ?? '';
  if (!KINDS.includes(kind))
    throw badRequest(
      `no kind "${kind}" is registered for version "${stringAt(body, 'apiVersion') ?? ''}" in scheme "pkg/runtime/scheme.go:111"`,
    );
  return body;
}

function optionsIn(query: Request['query']): JsonObject {
  const { propagationPolicy, orphanDependents, dryRun } = query;
  const grace = integer(query.gracePeriodSeconds);
  return {
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(orphanDependents === undefined ? {} : { orphanDependents: isTrue(orphanDependents) }),
    ...(dryRun === undefined ? {} : { dryRun: [dryRun] }),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
  };
}

function propagationCauses(policy: string | undefined, orphans: boolean | undefined): readonly Cause[] {
  const field = 'propagationPolicy';
  if (policy === undefined) return [];
  if (orphans !== undefined) {
    const message = `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`;
    return [cause('Invalid', field, message)];
  }
  if (PROPAGATIONS.some((one) => one === policy)) return [];
  return [cause('NotSupported', field, unsupported(policy, [...PROPAGATIONS, 'nil']))];
}
