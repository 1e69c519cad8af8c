/** What people are told: Kubernetes Events and the status of the binding. */
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import type { World } from './world.ts';

/** As kubectl prints it. */
export interface ToldEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly reportingComponent: string;
  readonly series?: { readonly count: number };
}

/** Events by the operator in the world's namespace. */
export async function eventsIn(world: World): Promise<readonly ToldEvent[]> {
  const { items } = JSON.parse(await world.kubectl('get', 'events', '-n', world.namespace, '-o', 'json'));
  const events: readonly ToldEvent[] = items;
  return events.filter(({ reportingComponent }) => reportingComponent === 'ddprofiler-rc');
}

/** Waits for an Event of this reason. */
export async function told(world: World, reason: string): Promise<ToldEvent> {
  let found: ToldEvent | undefined;
  await waitFor(`an Event ${reason}`, async () => {
    const events = await eventsIn(world);
    found = events.find((event) => event.reason === reason);
    return found !== undefined || `there are: ${events.map((event) => event.reason).join(', ')}`;
  });
  if (found === undefined) throw new Error('waitFor said true without an Event');
  return found;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

export interface BindingStatus {
  readonly conditions?: readonly Condition[];
  readonly clones?: Readonly<Record<'desired' | 'inSync' | 'ready' | 'blocked', number>>;
  readonly problems?: readonly string[];
}

export async function statusOf(world: World): Promise<BindingStatus> {
  const binding = JSON.parse(await world.kubectl('get', 'ddprofcrd', world.binding, '-n', world.namespace, '-o', 'json'));
  return binding.status ?? {};
}

/** Waits until a condition of the binding has this status and reason. */
export async function eventuallyCondition(world: World, type: string, status: string, reason: string): Promise<Condition> {
  let found: Condition | undefined;
  await waitFor(`the condition ${type}=${status} (${reason})`, async () => {
    const { conditions = [] } = await statusOf(world);
    found = conditions.find((condition) => condition.type === type);
    return (found?.status === status && found.reason === reason) || JSON.stringify(conditions);
  });
  if (found === undefined) throw new Error('waitFor said true without a condition');
  return found;
}
