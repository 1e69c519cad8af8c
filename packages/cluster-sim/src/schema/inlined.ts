/**
 * Types that the API server's own code nests where JSON has one flat object: messages about a field of such a type name the nested one
 * in the path (`volumes.VolumeSource.emptyDir`). The published types do not tell.
 */
const EXCEPT: ReadonlyMap<string, { readonly nested: string; readonly own: readonly string[] }> = new Map([
  ['Volume', { nested: 'VolumeSource', own: ['name'] }],
  ['EphemeralContainer', { nested: 'EphemeralContainerCommon', own: ['targetContainerName'] }],
]);
const PROBE_HANDLER = { nested: 'ProbeHandler', fields: ['exec', 'grpc', 'httpGet', 'tcpSocket'] };
const LOCAL_REFERENCE = { nested: 'LocalObjectReference', fields: ['name'] };
const ONLY: ReadonlyMap<string, { readonly nested: string; readonly fields: readonly string[] }> = new Map([
  ['Probe', PROBE_HANDLER],
  ['ConfigMapEnvSource', LOCAL_REFERENCE],
  ['SecretEnvSource', LOCAL_REFERENCE],
  ['ConfigMapKeySelector', LOCAL_REFERENCE],
  ['SecretKeySelector', LOCAL_REFERENCE],
  ['ConfigMapVolumeSource', LOCAL_REFERENCE],
  ['ConfigMapProjection', LOCAL_REFERENCE],
  ['SecretProjection', LOCAL_REFERENCE],
]);

/** The step or steps that lead from type `name` to `field`, in messages about wrong types. */
export function stepTo(name: string | undefined, field: string): string {
  if (name === undefined) return field;
  const except = EXCEPT.get(name);
  if (except !== undefined && !except.own.includes(field)) return `${except.nested}.${field}`;
  const only = ONLY.get(name);
  return only?.fields.includes(field) === true ? `${only.nested}.${field}` : field;
}
