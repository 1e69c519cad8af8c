/** Values that cannot be, or cannot be meant together, and what is said of them. */
import { expect, test } from 'vitest';
import { helmTemplate, render } from './render.ts';

const RULES = 'config: { data: { rules: "{}" } }\n';

test.for([
  ['targetNameSpaces: ["*", team-a]', 'targetNameSpaces has "*", which is every namespace'],
  ['image: { repository: a/b:1, tag: "2" }', 'image.repository is "a/b:1", which has its tag or digest'],
  [`image: { repository: "a/b@sha256:${'0'.repeat(64)}", tag: "2" }`, 'which has its tag or digest'],
  [`image: { repository: a/b, tag: "2", digest: "sha256:${'0'.repeat(64)}" }`, 'image.tag and image.digest are both set'],
  ['image: { pullPolicy: Always, imagePullPolicy: Never }', 'two names of one value'],
  ['leaderElection: { enabled: false }', 'two operators would write against each other'],
  ['initConfig: { clientType: local }', 'needs a kubeconfig; set kubeconfig.secretName'],
  ['initConfig: { clientType: eks }\nkubeconfig: { secretName: a }', 'initConfig.eksCluster is empty'],
  ['serviceAccount: { create: false }', 'serviceAccount.name is empty'],
  ['customResources: { a: { name: other } }', 'customResources has other; the operator would follow a binding that is not there'],
  ['customResources: { a: { name: ddprof-rcconfig }, b: { name: ddprof-rcconfig } }', 'two bindings of one name'],
  [
    `${RULES}customResources: { a: { name: ddprof-rcconfig, data: { cmConfigTag: other } } }`,
    'reads the key "other" and config.data has rules',
  ],
  [
    'customResources: { a: { name: ddprof-rcconfig, data: { cmNamespace: platform } } }',
    'guardrails.rulesNamespaces does not list it',
  ],
  ['config: { data: { rules: "a: [" } }', 'the rules are not a mapping in YAML'],
  ['podDisruptionBudget: { minAvailable: 1 }', 'has both minAvailable and maxUnavailable'],
  ['podDisruptionBudget: { maxUnavailable: null, minAvailable: 2 }', 'no node could ever be drained'],
  ['monitoring: { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } }', 'would be scraped twice'],
  ['extraEnv: [{ name: LOGLEVEL, value: DEBUG }]', 'extraEnv has LOGLEVEL, which is set already'],
  ['extraEnv: [{ name: A, value: "1" }, { name: A, value: "2" }]', 'extraEnv has A, which is set already'],
])('%s: they contradict each other', async ([values, message]) => {
  const { isWell, said } = await helmTemplate(values);
  expect(isWell).toBe(false);
  expect(said).toContain('these values contradict each other:');
  expect(said).toContain(message);
});

test('all contradictions are told at once', async () => {
  const { said } = await helmTemplate('targetNameSpaces: ["*", a]\nleaderElection: { enabled: false }\n');
  expect(said).toContain('targetNameSpaces has');
  expect(said).toContain('leaderElection.enabled is false');
});

test.for([
  ['replicas: 3', "additional properties 'replicas' not allowed"],
  ['replicaCount: two', "at '/replicaCount': got string, want integer"],
  ['replicaCount: -1', "at '/replicaCount': minimum: got -1, want 0"],
  ['initConfig: { logLevel: TRACE }', "at '/initConfig/logLevel': value must be one of 'DEBUG', 'INFO', 'WARNING', 'ERROR'"],
  ['initConfig: { clientType: pod }', "at '/initConfig/clientType': value must be one of 'incluster', 'eks', 'local'"],
  ['targetNameSpaces: team-a', "at '/targetNameSpaces': got string, want null or array"],
  ['targetNameSpaces: [Team_A]', "at '/targetNameSpaces/0': 'Team_A' does not match pattern"],
  ['guardrails: { massDeletion: { share: 2 } }', "at '/guardrails/massDeletion/share': maximum: got 2, want 1"],
  ['guardrails: { imageReference: sha }', "value must be one of 'any', 'tag', 'digest'"],
  ['guardrails: { allowedImage: [a] }', "at '/guardrails': additional properties 'allowedImage' not allowed"],
  [
    'customResources: { a: { name: b, data: { ruleType: other } } }',
    "at '/customResources/a/data/ruleType': value must be 'configmap'",
  ],
  ['config: { data: { rules: { team-a: {} } } }', "at '/config/data/rules': got object, want string"],
  ['journal: { enabled: true, maxBytes: 1 }', "at '/journal/maxBytes': minimum: got 1, want 1.048576"],
  ['monitoring: { serviceMonitor: { interval: often } }', "'often' does not match pattern"],
])('%s: the schema refuses it', async ([values, message]) => {
  const { isWell, said } = await helmTemplate(values);
  expect(isWell).toBe(false);
  expect(said).toContain(message);
});

test.for([
  ['a repository with a port and no tag', { image: { repository: 'a.example:5000/b' } }],
  ['a policy by both names, the same', { image: { pullPolicy: 'Always', imagePullPolicy: 'Always' } }],
  ['one replica without leader election', { replicaCount: 1, leaderElection: { enabled: false } }],
  ['values of the charts around it', { global: { a: 1 } }],
] as const)('%s is accepted', async ([, values]) => {
  expect((await render(values)).length).toBeGreaterThan(5);
});
