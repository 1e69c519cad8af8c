import type { JsonObject } from '../kube/json.ts';

/** What a clone must be, as the body of a server-side apply: everything that we want to own, and nothing else. */
export interface Intent {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'Deployment';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly JsonObject[];
  };
  readonly spec: JsonObject;
}
