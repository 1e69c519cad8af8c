/** What somebody would have changed by touching a Deployment: all of it but what its own controller keeps in it. */
import type { World } from './world.ts';

/** Set by the Deployment controller, through the status subresource. */
const REVISION = 'deployment.kubernetes.io/revision';

export interface Footprint {
  readonly metadata: {
    readonly uid: string;
    readonly generation: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly unknown[];
    readonly finalizers?: readonly string[];
    readonly deletionTimestamp?: string;
  };
  readonly spec: unknown;
  /** Who wrote what, and when; without those who wrote the status. */
  readonly managers: readonly { readonly manager: string; readonly operation: string; readonly time: string }[];
}

/** Equal footprints: in between nobody changed the Deployment but for its status, not even to make it again as it was. */
export async function footprint({ kubectl, namespace }: World, name: string): Promise<Footprint> {
  const text = await kubectl('get', 'deployment', name, '-n', namespace, '-o', 'json', '--show-managed-fields');
  const { metadata, spec } = JSON.parse(text);
  const { annotations = {}, managedFields = [], resourceVersion: _, ...rest } = metadata;
  const { [REVISION]: __, ...ownAnnotations } = annotations;
  const managers = managedFields.filter(({ subresource }: { subresource?: string }) => subresource !== 'status');
  return { metadata: { ...rest, annotations: ownAnnotations }, spec, managers };
}

/** The footprint of each of these, by name. */
export async function footprints(world: World, names: readonly string[]): Promise<Readonly<Record<string, Footprint>>> {
  const taken = await Promise.all(names.map(async (name) => [name, await footprint(world, name)] as const));
  return Object.fromEntries(taken);
}
