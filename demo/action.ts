/**
 * What somebody does to the cluster in a step: the kubectl command that would do it, and the requests that such a command makes.
 * An action that wrote Deployments gives the API server's answers, so that nobody looks for its consequences before it is seen.
 */
import type { Api, ApiObject } from './api.ts';
import { readManifests } from './manifest.ts';
import { DEPLOYMENTS } from './mirror.ts';

export interface Action {
  readonly command: string;
  run(api: Api): Promise<readonly ApiObject[]>;
}

const isDeployment = ({ kind }: ApiObject) => kind === 'Deployment';

/** @param file its path in the repository */
export function apply(file: string): Action {
  return {
    command: `kubectl apply --server-side -f ${file}`,
    run: async (api) => {
      const written: ApiObject[] = [];
      for (const { path, object } of await readManifests(new URL(`../${file}`, import.meta.url))) {
        written.push(await api.patch('apply', path, object));
      }
      return written.filter(isDeployment);
    },
  };
}

export function scale(name: string, replicas: number): Action {
  return {
    command: `kubectl scale deployment ${name} --replicas=${replicas}`,
    run: async (api) => [await api.patch('merge', `${DEPLOYMENTS}/${name}/scale`, { spec: { replicas } })],
  };
}

export function setImage(name: string, container: string, image: string): Action {
  return {
    command: `kubectl set image deployment/${name} ${container}=${image}`,
    run: async (api) => [await patchContainer(api, name, { name: container, image })],
  };
}

export function setVariable(name: string, container: string, variable: string, value: string): Action {
  return {
    command: `kubectl set env deployment/${name} ${variable}=${value}`,
    run: async (api) => [await patchContainer(api, name, { name: container, env: [{ name: variable, value }] })],
  };
}

export function removeVariable(name: string, container: string, variable: string): Action {
  return {
    command: `kubectl set env deployment/${name} ${variable}-`,
    run: async (api) => [await patchContainer(api, name, { name: container, env: [{ name: variable, $patch: 'delete' }] })],
  };
}

/** Its answer tells no revision; what follows is known by the object's UID. */
export function remove(name: string): Action {
  return {
    command: `kubectl delete deployment ${name}`,
    run: async (api) => {
      await api.remove(`${DEPLOYMENTS}/${name}`);
      return [];
    },
  };
}

function patchContainer(api: Api, name: string, container: object): Promise<ApiObject> {
  return api.patch('strategic', `${DEPLOYMENTS}/${name}`, { spec: { template: { spec: { containers: [container] } } } });
}
