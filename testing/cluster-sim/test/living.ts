import { runControllers } from '../src/controllers/index.ts';
import { type JsonObject, listAt, numberAt, objectAt, stringAt } from '../src/json.ts';
import { DEPLOYMENTS, deployment, Server, type TYPES } from './asked.ts';

export const SETS = '/apis/apps/v1/namespaces/default/replicasets';
export const PODS = '/api/v1/namespaces/default/pods';

const MOST_STEPS = 1_000;

/** A server whose controllers work when they are told to. */
export class Living extends Server {
  /** Lets them make one step. Gives when the next one is due. */
  step(): number | undefined {
    const { state, dueAt } = runControllers(this.state, this.now, { pods: true });
    this.state = state;
    return dueAt;
  }

  /** Lets them work until nothing is due within `ms`; `seen` is told of each state on the way. */
  settle(ms = 60_000, seen: () => void = () => {}): void {
    const end = this.now + ms;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const dueAt = this.step();
      seen();
      if (dueAt === undefined || dueAt > end) return;
      this.now = Math.max(this.now, dueAt);
    }
    throw new Error(`controllers do not come to rest in ${MOST_STEPS} steps`);
  }

  /** A Deployment that has rolled out. */
  deployed(name: string, spec: JsonObject = {}): void {
    this.done('POST', DEPLOYMENTS, deployment(name, spec));
    this.settle();
  }

  change(name: string, change: JsonObject, type: keyof typeof TYPES = 'strategic'): void {
    this.done('PATCH', `${DEPLOYMENTS}/${name}`, change, { type });
  }

  setImage(name: string, image: string): void {
    this.change(name, { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } });
  }

  items(path: string): readonly JsonObject[] {
    return listAt(this.done('GET', path), 'items').map((item) => objectAt(item));
  }

  /** The ReplicaSets, as `image: wanted/ready`, oldest first. */
  sets(): readonly string[] {
    const revision = (set: JsonObject) => Number(objectAt(set, 'metadata', 'annotations')['deployment.kubernetes.io/revision']);
    return this.items(SETS)
      .toSorted((one, other) => revision(one) - revision(other))
      .map((set) => {
        const image = stringAt(listAt(set, 'spec', 'template', 'spec', 'containers')[0], 'image') ?? '';
        return `${image}: ${numberAt(set, 'spec', 'replicas') ?? 0}/${numberAt(set, 'status', 'readyReplicas') ?? 0}`;
      });
  }

  statusOf(name: string): JsonObject {
    return objectAt(this.done('GET', `${DEPLOYMENTS}/${name}`), 'status');
  }

  /** `Progressing True NewReplicaSetAvailable` */
  conditionsOf(name: string): readonly string[] {
    return listAt(this.statusOf(name), 'conditions')
      .map((condition) => ['type', 'status', 'reason'].map((field) => stringAt(condition, field)).join(' '))
      .toSorted();
  }
}
