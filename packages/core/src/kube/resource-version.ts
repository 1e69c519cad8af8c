/**
 * Orders two resourceVersions of one resource type: negative where `a` is older, 0 where equal, positive where newer.
 *
 * Resource versions are decimal numbers of any length that grow with every write; comparing them is part of the API's
 * contract since Kubernetes 1.35 (KEP-5504), and true of every etcd-backed server before. No `BigInt`: this runs on every event.
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
