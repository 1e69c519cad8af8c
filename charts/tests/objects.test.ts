/** What the objects say, where it matters. */
import { readFile } from 'node:fs/promises';
import { readSettings, rowsOf, TABLE } from '@ddprofiler-rc/server/settings';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../tools/values-comments.ts';
import { guardrails, valuesOf } from './guardrails.ts';
import {
  at,
  environmentOf,
  FULL_NAME,
  listAt,
  NAMESPACE,
  nameOf,
  namespaceOf,
  ofKind,
  podOf,
  RELEASE,
  render,
  the,
} from './render.ts';

const EXAMPLE = await readFile(new URL('../ddprofiler-rc/ddprofiler-rc-config.example.yaml', import.meta.url), 'utf8');
const EVERYTHING = await readFile(new URL('values/everything.yaml', import.meta.url), 'utf8');
const rules = (text: string): JsonObject => ({ config: { data: { rules: text } } });

describe('names', () => {
  test('those of the Python operator: <release>-<config.name> and <release>-<crdName>', async () => {
    const objects = await render(EXAMPLE);
    expect(nameOf(the(objects, 'ConfigMap'))).toBe(`${RELEASE}-rcconfig`);
    const [binding] = ofKind(objects, 'DDProfCrd');
    expect(nameOf(binding)).toBe(`${RELEASE}-ddprof-rcconfig`);
    expect(binding).toMatchObject({
      ruleType: 'configmap',
      cmName: `${RELEASE}-rcconfig`,
      cmNamespace: NAMESPACE,
      cmConfigTag: 'profiler-rc-config',
    });
    expect(environmentOf(objects)).toMatchObject({
      CLIENT: 'incluster',
      CRD_NAME: `${RELEASE}-ddprof-rcconfig`,
      CRD_NAMESPACE: NAMESPACE,
      LOGLEVEL: 'DEBUG',
      WATCH_NAMESPACES: 'profiler',
    });
    expect(nameOf(the(objects, 'ServiceAccount'))).toBe('ddprofiler-sa');
    expect(at(podOf(objects), 'spec', 'containers', 0, 'image')).toBe('registry.example.com/team/ddprofiler-rc:0.0.3');
    expect(at(the(objects, 'Deployment'), 'spec', 'replicas')).toBe(1);
  });

  test('all objects but the definition and roles are in the release’s namespace', async () => {
    const elsewhere = (await render(EVERYTHING)).filter((one) => namespaceOf(one) !== NAMESPACE).map((one) => `${one.kind}`);
    expect(new Set(elsewhere)).toEqual(new Set(['CustomResourceDefinition', 'Role', 'RoleBinding']));
  });
});

describe('settings', () => {
  test('the operator reads them without a complaint, whatever the values', async () => {
    for (const values of ['', EXAMPLE, EVERYTHING]) {
      const environment = Object.fromEntries(
        Object.entries(environmentOf(await render(values))).map(([name, value]) => [name, String(value)]),
      );
      expect(readSettings(environment, [])).toMatchObject({ kind: 'settings', settings: { leaderElect: true } });
    }
  });

  test('each of the operator’s settings is a value', async () => {
    const names = new Set([
      ...Object.keys(environmentOf(await render(valuesOf(await guardrails())))),
      ...Object.keys(environmentOf(await render(EVERYTHING))),
      ...Object.keys(environmentOf(await render(await readFile(new URL('values/kubeconfig.yaml', import.meta.url), 'utf8')))),
    ]);
    for (const { name } of rowsOf(TABLE)) expect(names, name).toContain(name);
  });

  test('a change of the rules changes no pod, and a change of a setting does', async () => {
    const targetNameSpaces = ['team-a'];
    const before = podOf(await render({ targetNameSpaces, ...rules('team-a: {}') }));
    expect(podOf(await render({ targetNameSpaces, ...rules('team-a: { deployments: {} }') }))).toEqual(before);
    const after = podOf(await render({ targetNameSpaces, ...rules('team-a: {}'), guardrails: { maxClones: 5 } }));
    expect(at(after, 'metadata', 'annotations', 'checksum/settings')).not.toBe(
      at(before, 'metadata', 'annotations', 'checksum/settings'),
    );
  });
});

describe('namespaces', () => {
  const watched = async (values: JsonObject): Promise<unknown> => environmentOf(await render(values)).WATCH_NAMESPACES;

  test.for([
    ['those that are listed', { targetNameSpaces: ['b', 'a'], ...rules('c: {}') }, 'b,a'],
    ['where none is listed: those of the rules', rules('b: {}\na: {}'), 'a,b'],
    ['where there are no rules: the release’s own', {}, NAMESPACE],
    ['where a rule set is empty: the release’s own', rules('{}'), NAMESPACE],
    ['all', { targetNameSpaces: ['*'] }, '*'],
  ] as const)('%s', async ([, values, expected]) => {
    expect(await watched(values)).toBe(expected);
  });
});

describe('rights', () => {
  /** The hash is what `printf %s ops/web-ddprof-rcconfig | sha256sum` begins with. */
  const MEMORY = ['list', 'watch', 'create', 'patch'].map(
    (verb) => `${NAMESPACE} ${verb} /configmaps ddprofiler-rc-last-good-de214d20b44d992b`,
  );

  const grants = (objects: readonly JsonObject[]): readonly string[] =>
    [...ofKind(objects, 'Role'), ...ofKind(objects, 'ClusterRole')].flatMap((role) =>
      listAt(role, 'rules').flatMap((rule) =>
        listAt(rule, 'resources').flatMap((resource) =>
          listAt(rule, 'verbs').map((verb) => {
            const where = role.kind === 'ClusterRole' ? '*' : namespaceOf(role);
            return `${where} ${verb} ${listAt(rule, 'apiGroups')[0]}/${resource} ${listAt(rule, 'resourceNames').join(',')}`.trim();
          }),
        ),
      ),
    );

  test('one Role in each target namespace, one in the release’s own, and nothing in the cluster', async () => {
    const objects = await render({ targetNameSpaces: ['team-a', 'team-b'] });
    expect(ofKind(objects, 'ClusterRole')).toEqual([]);
    expect(ofKind(objects, 'ClusterRoleBinding')).toEqual([]);
    expect(ofKind(objects, 'Role').map((role) => `${namespaceOf(role)}/${nameOf(role)}`)).toEqual([
      `${NAMESPACE}/${FULL_NAME}`,
      `team-a/${FULL_NAME}-${NAMESPACE}`,
      `team-b/${FULL_NAME}-${NAMESPACE}`,
    ]);
    for (const binding of ofKind(objects, 'RoleBinding')) {
      expect(at(binding, 'roleRef', 'name')).toBe(nameOf(binding));
      expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: FULL_NAME, namespace: NAMESPACE }]);
    }
  });

  test('with ["*"] a ClusterRole for what is in target namespaces, and still a Role for the rest', async () => {
    const objects = await render({ targetNameSpaces: ['*'] });
    expect(ofKind(objects, 'Role').map(namespaceOf)).toEqual([NAMESPACE]);
    expect(grants(objects).filter((grant) => grant.startsWith('* '))).toContain('* patch apps/deployments');
    expect(grants(objects).filter((grant) => grant.startsWith('* ') && grant.includes('configmaps'))).toEqual([]);
  });

  test('no Secrets, no wildcard, nothing that gives rights; the binding, its rules, the memory and the Lease by name', async () => {
    for (const values of [{}, { targetNameSpaces: ['*'] }, EVERYTHING, EXAMPLE]) {
      const all = grants(await render(values));
      expect(all.filter((grant) => /secrets|escalate|bind |impersonate| \* /.test(grant))).toEqual([]);
      for (const grant of all.filter((one) => /ddprofcrds|configmaps|(get|patch|list|watch) coordination/.test(one)))
        expect(grant.split(' ').length, grant).toBe(4);
    }
  });

  test('rules in another namespace are read there, and nothing else is', async () => {
    const objects = await render(await readFile(new URL('values/rules-elsewhere.yaml', import.meta.url), 'utf8'));
    expect(grants(objects).filter((grant) => grant.startsWith('platform '))).toEqual([
      'platform list /configmaps shared-rules',
      'platform watch /configmaps shared-rules',
    ]);
    expect(grants(objects).filter((grant) => grant.startsWith(NAMESPACE) && grant.includes('configmaps'))).toEqual(MEMORY);
  });

  test('the memory is one ConfigMap of the release’s namespace, whatever the target namespaces are', async () => {
    for (const targetNameSpaces of [[NAMESPACE], ['team-a', 'team-b'], ['*']]) {
      const all = grants(await render({ targetNameSpaces }));
      expect(all.filter((grant) => grant.includes('last-good'))).toEqual(MEMORY);
      expect(all.filter((grant) => /(create|patch) \/configmaps/.test(grant))).toEqual(MEMORY.slice(2));
    }
  });

  test('with a kubeconfig none: this cluster’s roles mean nothing there', async () => {
    const objects = await render(await readFile(new URL('values/kubeconfig.yaml', import.meta.url), 'utf8'));
    expect(grants(objects)).toEqual([]);
    expect(at(podOf(objects), 'spec', 'automountServiceAccountToken')).toBe(false);
  });
});

describe('the pod', () => {
  test.for([
    ['restricted', {}],
    ['restricted, with a user of one’s own', { podSecurityContext: { runAsUser: 1000 } }],
  ] as const)('%s', async ([, values]) => {
    const objects = await render(values);
    for (const spec of [at(podOf(objects), 'spec'), at(the(objects, 'Pod'), 'spec')]) {
      expect(at(spec, 'securityContext')).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const container of listAt(spec, 'containers'))
        expect(at(container, 'securityContext')).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
    }
  });

  test('no probe asks for /health', async () => {
    const container = at(podOf(await render()), 'spec', 'containers', 0);
    const paths = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => at(container, probe, 'httpGet', 'path'));
    expect(paths).toEqual(['/healthz', '/healthz', '/readyz']);
  });

  test('the Service, the budget and the network policy select the operator’s pods, and not the test’s', async () => {
    const objects = await render('networkPolicy: { enabled: true }');
    const labels = at(podOf(objects), 'metadata', 'labels');
    const selectors = [
      at(the(objects, 'Service'), 'spec', 'selector'),
      at(the(objects, 'PodDisruptionBudget'), 'spec', 'selector', 'matchLabels'),
      at(the(objects, 'NetworkPolicy'), 'spec', 'podSelector', 'matchLabels'),
    ];
    for (const selector of selectors) {
      expect(labels).toMatchObject(Object(selector));
      expect(at(the(objects, 'Pod'), 'metadata', 'labels')).not.toMatchObject(Object(selector));
    }
  });
});

test('the pod of helm test runs where the operator may: on the same nodes, whoever else runs there', async () => {
  const nodes = {
    nodeSelector: { disk: 'fast' },
    tolerations: [{ key: 'closed', operator: 'Exists' }],
    affinity: {
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] },
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] },
    },
  };
  const { nodeAffinity } = nodes.affinity;
  expect(at(the(await render(nodes), 'Pod'), 'spec')).toMatchObject({ ...nodes, affinity: { nodeAffinity } });
  expect(at(the(await render(nodes), 'Pod'), 'spec', 'affinity')).toEqual({ nodeAffinity });
  for (const field of Object.keys(nodes)) expect(at(the(await render(), 'Pod'), 'spec', field)).toBeUndefined();
});

describe('the definition', () => {
  test('is the one in files/, kept by default', async () => {
    const text = await readFile(new URL('../ddprofiler-rc/files/crd.yaml', import.meta.url), 'utf8');
    const crd = the(await render(), 'CustomResourceDefinition');
    expect(crd.spec).toEqual(at(JSON.parse(JSON.stringify(load(text))), 'spec'));
    expect(at(crd, 'metadata', 'annotations', 'helm.sh/resource-policy')).toBe('keep');
    const free = the(await render({ crds: { keep: false } }), 'CustomResourceDefinition');
    expect(at(free, 'metadata', 'annotations')).toBeUndefined();
    expect(ofKind(await render({ crds: { enabled: false } }), 'CustomResourceDefinition')).toEqual([]);
  });

  test('its binding is a hook after it, and one before the release goes; or an ordinary object', async () => {
    const hooks = (await render())
      .filter(({ kind }) => kind === 'DDProfCrd')
      .map((one) => at(one, 'metadata', 'annotations', 'helm.sh/hook'));
    expect(hooks).toEqual(['post-install,post-upgrade,post-rollback', 'pre-delete']);
    const plain = the(await render({ binding: { asHook: false } }), 'DDProfCrd');
    expect(at(plain, 'metadata', 'annotations')).toBeUndefined();
  });
});
