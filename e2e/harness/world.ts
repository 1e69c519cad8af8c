/**
 * A corner of the cluster for one test: a namespace of its own with a binding name of its own, and the few things that users do
 * there. Nothing in it is shared, so the same tests run on anybody's cluster.
 */
import { randomBytes } from 'node:crypto';
import { kubectlFor } from '@ddprofiler-rc/control-plane/cluster';
import type { Kubectl } from '@ddprofiler-rc/control-plane/kubectl';
import { type Operator, startOperator } from '@ddprofiler-rc/control-plane/operator-process';
import { leaseRules, leastRules } from '@ddprofiler-rc/control-plane/rights';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { inject } from 'vitest';
import type { Apply, Place } from './place.ts';
import { clusterAddress, grant, kubeconfigWithToken, makeServiceAccount, requestToken } from './service-account.ts';

/** The parts of a Deployment that tests look at; the object is as kubectl prints it. */
export interface Deployment {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] };
    };
  };
  readonly status?: { readonly readyReplicas?: number; readonly observedGeneration?: number };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
}

interface SourceOptions {
  readonly replicas?: number;
  readonly image?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** In the selector and on the pods, beside `app`. */
  readonly selectorLabels?: Readonly<Record<string, string>>;
}

export interface World extends Place {
  /** Name of the binding and of the ConfigMap that it points to at first; the rules are under the key `rules`. */
  readonly binding: string;
  /** Makes or changes the binding; `configMap` is the one that it points to, and that the operator may read. */
  bind(configMap?: string): Promise<void>;
  /** Writes the rules text into the ConfigMap. `$NS` stands for the namespace. */
  rules(text: string, configMap?: string): Promise<void>;
  /** Makes or changes a source of one container, `app`. */
  source(name: string, options?: SourceOptions): Promise<void>;
  readonly apply: Apply;
  /** The Deployment, or undefined where there is none. */
  deployment(name: string): Promise<Deployment | undefined>;
  deployments(): Promise<readonly Deployment[]>;
  /** Waits until the Deployment is there and `fits` says true; a text says what is missing. */
  eventually(name: string, fits: (deployment: Deployment) => true | string): Promise<Deployment>;
  eventuallyGone(name: string): Promise<void>;
  /** The operator for this binding, limited to this namespace, as a service account with the rights that the chart gives it: {@link leastRules}. */
  operator(env?: Readonly<Record<string, string>>): Promise<Operator>;
  /** Stops the operators that were started here, and deletes the namespace. */
  end(): Promise<void>;
}

/** The operator's service account in each world. */
export const ACCOUNT = 'ddprofiler-rc';

/** The image is one that a real node can pull and that stays up with its own command. */
export const IMAGE = 'nginx:alpine';

export async function makeWorld(purpose: string): Promise<World> {
  const facts = inject('cluster');
  return makeWorldIn({ kubectl: kubectlFor(facts), kubeconfig: facts.kubeconfig, context: facts.context }, purpose);
}

/** A cluster as its administrator sees it: a control plane of one's own is one too. */
export type WorldCluster = { readonly kubectl: Kubectl; readonly kubeconfig: string; readonly context: string };

/** The same in any cluster that has the CRD; {@link makeWorld} takes the one that all tests share. */
export async function makeWorldIn(facts: WorldCluster, purpose: string): Promise<World> {
  const { kubectl } = facts;
  const namespace = `e2e-${purpose}-${randomBytes(4).toString('hex')}`;
  const binding = 'rc';
  const operators: Operator[] = [];
  await kubectl('create', 'namespace', namespace);

  const apply = async (manifest: object) => {
    await kubectl.withInput(JSON.stringify(manifest), 'apply', '-n', namespace, '-f', '-');
  };
  const deployments = async (): Promise<readonly Deployment[]> =>
    JSON.parse(await kubectl('get', 'deployments', '-n', namespace, '-o', 'json')).items;
  const deployment = async (name: string): Promise<Deployment | undefined> => {
    const text = await kubectl('get', 'deployment', name, '-n', namespace, '-o', 'json', '--ignore-not-found');
    return text === '' ? undefined : JSON.parse(text);
  };

  /** The ConfigMap that the operator may read. */
  let readable: string | undefined;
  const letRead = async (configMap: string): Promise<void> => {
    if (readable === configMap) return;
    await grant({ apply, namespace }, ACCOUNT, [...leastRules({ namespace, binding, configMap }), ...leaseRules(binding)]);
    readable = configMap;
  };
  await makeServiceAccount({ apply }, ACCOUNT);
  await letRead(binding);
  let kubeconfig: Promise<string> | undefined;
  const makeKubeconfig = async (): Promise<string> => {
    const place = { kubectl, namespace };
    return kubeconfigWithToken(await clusterAddress(place), await requestToken(place, ACCOUNT), facts.context);
  };

  return {
    namespace,
    kubectl,
    binding,
    apply,
    deployment,
    deployments,
    bind: async (configMap = binding) => {
      await letRead(configMap);
      await apply({
        apiVersion: 'crds.grove/v1',
        kind: 'DDProfCrd',
        metadata: { name: binding },
        ruleType: 'configmap',
        cmName: configMap,
        cmNamespace: namespace,
        cmConfigTag: 'rules',
      });
    },
    rules: (text, configMap = binding) =>
      apply({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: configMap },
        data: { rules: text.replaceAll('$NS', namespace) },
      }),
    source: (name, { replicas = 2, image = IMAGE, env = {}, selectorLabels = {} } = {}) =>
      apply({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, labels: { app: name } },
        spec: {
          replicas,
          selector: { matchLabels: { app: name, ...selectorLabels } },
          template: {
            metadata: { labels: { app: name, ...selectorLabels } },
            spec: {
              containers: [
                { name: 'app', image, env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })) },
              ],
            },
          },
        },
      }),
    eventually: async (name, fits) => {
      let found: Deployment | undefined;
      await waitFor(`deployment ${namespace}/${name}`, async () => {
        found = await deployment(name);
        return found === undefined ? 'it does not exist' : fits(found);
      });
      if (found === undefined) throw new Error('waitFor said true without a Deployment');
      return found;
    },
    eventuallyGone: (name) =>
      waitFor(`deployment ${namespace}/${name} to be gone`, async () => (await deployment(name)) === undefined || 'it is there'),
    operator: async (env = {}) => {
      kubeconfig ??= makeKubeconfig();
      const operator = await startOperator({
        CLIENT: 'eks',
        CLUSTER: facts.context,
        KUBECONFIG: await kubeconfig,
        CRD_NAMESPACE: namespace,
        CRD_NAME: binding,
        WATCH_NAMESPACES: namespace,
        LOGLEVEL: 'DEBUG',
        ...env,
      });
      operators.push(operator);
      return operator;
    },
    end: async () => {
      await Promise.all(operators.map((operator) => operator.stop()));
      await kubectl('delete', 'namespace', namespace, '--wait=false');
    },
  };
}

/** For {@link World.eventually}: the spec has so many replicas, and all of them are ready. */
export function hasReplicas(count: number): (deployment: Deployment) => true | string {
  return ({ spec, status, metadata }) => {
    const ready = status?.readyReplicas ?? 0;
    const seen = (status?.observedGeneration ?? 0) >= metadata.generation;
    return (spec.replicas === count && ready === count && seen) || `it has ${spec.replicas} replicas, ${ready} ready`;
  };
}

/** The environment of the first container as a map; a variable without a value has the empty text. */
export function envOf(deployment: Deployment): Readonly<Record<string, string>> {
  const [container] = deployment.spec.template.spec.containers;
  return Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value ?? '']));
}
