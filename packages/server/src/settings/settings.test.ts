import { DEFAULT_LIMITS } from '@ddprofiler-rc/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowsOf } from './row.ts';
import { readSettings, type Settings } from './settings.ts';
import { TABLE } from './table.ts';

const ENV = { CLIENT: 'local', CRD_NAME: 'profiling', CRD_NAMESPACE: 'ops', LOGLEVEL: 'INFO' };

function settingsOf(env: Record<string, string | undefined>, ...args: string[]): Settings {
  const result = readSettings(env, args);
  if (result.kind !== 'settings') throw new Error(`expected settings, got ${JSON.stringify(result)}`);
  return result.settings;
}

function messagesOf(env: Record<string, string | undefined>, ...args: string[]): readonly string[] {
  const result = readSettings(env, args);
  if (result.kind !== 'invalid') throw new Error(`expected messages, got ${JSON.stringify(result)}`);
  return result.messages;
}

/** The defaults of settings that are not named below. */
const DEFAULTS = Object.fromEntries(
  Object.entries(TABLE).flatMap(([property, row]) =>
    'fallback' in row && row.fallback !== undefined ? [[property, Object(row.kind.parse(row.fallback)).value]] : [],
  ),
);

describe('settings', () => {
  test('given what is required, then the rest has its defaults', () => {
    expect(settingsOf(ENV)).toEqual({
      ...DEFAULTS,
      client: 'local',
      crdName: 'profiling',
      crdNamespace: 'ops',
      logLevel: 'INFO',
      port: 8324,
      watchNamespaces: '*',
      limits: DEFAULT_LIMITS,
      leaderElect: false,
      journalMaxBytes: 67_108_864,
    });
  });

  test('given everything, then all of it is read, and foreign variables are not', () => {
    const env = {
      CLIENT: 'eks',
      CLUSTER: 'arn:aws:eks:eu-west-1:1:cluster/a',
      CRD_NAME: 'profiling.v2',
      CRD_NAMESPACE: 'ops',
      LOGLEVEL: 'WARNING',
      PORT: '0',
      WATCH_NAMESPACES: ' team-a, team-b ,team-a',
      LEADER_ELECT: 'true',
      RULES_NAMESPACES: 'rules',
      ALLOWED_IMAGES: 'busybox, ghcr.io/team/**',
      IMAGE_REFERENCE: 'digest',
      MAX_REPLICAS: '5',
      MAX_CLONES: '100',
      MASS_DELETION_SHARE: '0.25',
      MASS_DELETION_FLOOR: '0',
      REFUSE_HPA_COUNT: 'true',
      OPERATOR_DEPLOYMENT: 'ops/ddprofiler-rc',
      KUBECONFIG: '/a:/b',
      JOURNAL_FILE: '/var/log/journal.ndjson',
      JOURNAL_MAX_BYTES: '1048576',
      HOME: '/root',
    };
    expect(settingsOf(env)).toEqual({
      ...DEFAULTS,
      client: 'eks',
      cluster: 'arn:aws:eks:eu-west-1:1:cluster/a',
      crdName: 'profiling.v2',
      crdNamespace: 'ops',
      logLevel: 'WARNING',
      port: 0,
      watchNamespaces: ['team-a', 'team-b'],
      limits: {
        ...DEFAULT_LIMITS,
        rulesNamespaces: ['rules'],
        images: ['busybox', 'ghcr.io/team/**'],
        imageReference: 'digest',
        maxReplicas: 5,
        maxClones: 100,
        massDeletion: { share: 0.25, floor: 0 },
        refusesHpaCount: true,
        operatorDeployment: 'ops/ddprofiler-rc',
      },
      leaderElect: true,
      kubeconfig: '/a:/b',
      journalFile: '/var/log/journal.ndjson',
      journalMaxBytes: 1_048_576,
    });
  });

  test('given flags in either form, then they win over the environment', () => {
    const settings = settingsOf({ ...ENV, PORT: '1' }, 'run', '--crd-name=other', '--crd-namespace', 'there', '--port', '2');
    expect(settings).toMatchObject({ crdName: 'other', crdNamespace: 'there', port: 2 });
  });

  test('given --leader-elect as a switch, then it counts as true; --no-leader-elect is no flag', () => {
    expect(settingsOf(ENV, '--leader-elect').leaderElect).toBe(true);
    expect(settingsOf(ENV).leaderElect).toBe(false);
    expect(messagesOf(ENV, '--no-leader-elect')).toHaveLength(1);
  });

  test('given a flag twice, then the last one wins', () => {
    expect(settingsOf(ENV, '--port=1', '--port=2').port).toBe(2);
  });

  test('given flags alone, then they suffice', () => {
    const args = ['--client=incluster', '--crd-name=a', '--crd-namespace=b', '--loglevel=DEBUG', '--leader-elect'];
    expect(settingsOf({}, ...args)).toMatchObject({ client: 'incluster', logLevel: 'DEBUG', leaderElect: true });
  });

  test('given CLUSTER with another client than eks, then it is ignored, whatever it is', () => {
    expect(settingsOf({ ...ENV, CLUSTER: 'x' })).not.toHaveProperty('cluster');
  });

  test('given an empty value of what has a default, then it is the default', () => {
    expect(settingsOf({ ...ENV, PORT: '', WATCH_NAMESPACES: ' ' })).toMatchObject({ port: 8324, watchNamespaces: '*' });
  });
});

describe('wrong settings', () => {
  test('given nothing, then each missing one is told, all at once', () => {
    expect(messagesOf({})).toEqual([
      'CLIENT: is not set; accepted: local, eks, incluster; set CLIENT or --client',
      'CRD_NAME: is not set; accepted: the name of a DDProfCrd object; set CRD_NAME or --crd-name',
      'CRD_NAMESPACE: is not set; accepted: the name of a namespace (lower-case letters, digits and "-", at most 63); set CRD_NAMESPACE or --crd-namespace',
      'LOGLEVEL: is not set; accepted: INFO, ERROR, WARNING, DEBUG; set LOGLEVEL or --loglevel',
    ]);
  });

  test.each([
    ['CLIENT', 'minikube', 'CLIENT: got "minikube"; accepted: local, eks, incluster; set CLIENT or --client'],
    ['CLIENT', '', 'CLIENT: is empty; accepted: local, eks, incluster; set CLIENT or --client'],
    ['LOGLEVEL', 'info', 'LOGLEVEL: got "info"; accepted: INFO, ERROR, WARNING, DEBUG; set LOGLEVEL or --loglevel'],
    ['CRD_NAME', '../x', 'CRD_NAME: got "../x", and no object can have such a name;'],
    ['CRD_NAMESPACE', 'a.b', 'CRD_NAMESPACE: got "a.b", and no namespace can have such a name;'],
    ['PORT', '65536', 'PORT: got "65536"; accepted: 0 to 65535; 0 is any free port; set PORT or --port'],
    ['PORT', '-1', 'PORT: got "-1";'],
    ['PORT', '80.5', 'PORT: got "80.5";'],
    ['WATCH_NAMESPACES', 'a,*', 'WATCH_NAMESPACES: got "a,*", and * stands for all already;'],
    ['WATCH_NAMESPACES', ' , ', 'WATCH_NAMESPACES: got ",", and there is no name in it;'],
    ['WATCH_NAMESPACES', 'a,B_c', 'WATCH_NAMESPACES: got "a,B_c", and "B_c" cannot be the name of a namespace;'],
    ['RULES_NAMESPACES', 'a,*', 'RULES_NAMESPACES: got "a,*", and "*" cannot be the name of a namespace;'],
    ['ALLOWED_IMAGES', ',', 'ALLOWED_IMAGES: got ",", and there is no pattern in it;'],
    ['ALLOWED_IMAGES', 'Busybox', 'ALLOWED_IMAGES: got "Busybox", and "Busybox" cannot be a repository'],
    ['ALLOWED_IMAGES', 'a@sha256:0', 'ALLOWED_IMAGES: got "a@sha256:0", and "a@sha256:0" cannot be a repository'],
    ['IMAGE_REFERENCE', 'latest', 'IMAGE_REFERENCE: got "latest"; accepted: any, tag, digest;'],
    ['MAX_REPLICAS', '-1', 'MAX_REPLICAS: got "-1"; accepted: a whole number;'],
    ['MAX_CLONES', '1e3', 'MAX_CLONES: got "1e3";'],
    ['MASS_DELETION_SHARE', '50%', 'MASS_DELETION_SHARE: got "50%"; accepted: 0 to 1;'],
    ['MASS_DELETION_SHARE', '1.5', 'MASS_DELETION_SHARE: got "1.5";'],
    ['REFUSE_HPA_COUNT', 'maybe', 'REFUSE_HPA_COUNT: got "maybe"; accepted: true, false;'],
    ['OPERATOR_DEPLOYMENT', 'ddprofiler-rc', 'OPERATOR_DEPLOYMENT: got "ddprofiler-rc"; accepted: namespace/name;'],
    ['LEADER_ELECT', 'yes', 'LEADER_ELECT: got "yes"; accepted: true, false;'],
  ])('given %s=%s, then it says so', (name, value, message) => {
    expect(messagesOf({ ...ENV, [name]: value })).toEqual([expect.stringContaining(message)]);
  });

  test.each([undefined, ''])('given CLIENT=eks and CLUSTER %s, then CLUSTER is asked for', (CLUSTER) => {
    expect(messagesOf({ ...ENV, CLIENT: 'eks', CLUSTER })).toEqual([
      expect.stringMatching(/^CLUSTER: is (not set|empty); .*kubectl config get-contexts/),
    ]);
  });

  test('given unknown flags and commands among other faults, then all of it is told', () => {
    expect(messagesOf({ ...ENV, PORT: 'x' }, '--cleint=local', 'serve', '-x')).toEqual([
      expect.stringMatching(/^"--cleint": is no flag; accepted: --client, .*--version; see --help$/),
      '"serve": is no command; accepted: run, replay, or none; see --help',
      expect.stringMatching(/^"-x": is no flag/),
      expect.stringMatching(/^PORT: got "x"/),
    ]);
  });

  test('given a flag without its value, then it says so, and does not swallow the next', () => {
    expect(messagesOf(ENV, '--crd-name', '--port', '1')).toContainEqual(
      '--crd-name: has no value; accepted: the name of a DDProfCrd object; write --crd-name=VALUE',
    );
    expect(messagesOf(ENV, '--port')).toEqual([expect.stringMatching(/^--port: has no value/)]);
  });

  test('given anything at all, then it never throws, and each message is one line', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map((text) => `--${text}`),
      fc.constant('--a\nb'),
      fc.constantFrom('--client', '--', '-', '--=', '--port=1', '-hv'),
    );
    const anyEnv = fc.dictionary(fc.constantFrom(...rowsOf(TABLE).map(({ name }) => name)), anyText);
    fc.assert(
      fc.property(anyEnv, fc.array(anyText, { maxLength: 5 }), (env, args) => {
        const result = readSettings(env, args);
        if (result.kind === 'invalid') for (const message of result.messages) expect(message).not.toMatch(/[\n\r]/);
      }),
    );
  });
});

describe('help and version', () => {
  test.each([['--help'], ['-h'], ['run', '--nonsense', '--help']])(
    'given %j, then it is the help, whatever else is wrong',
    (...args) => {
      expect(readSettings({}, args)).toMatchObject({ kind: 'help' });
    },
  );

  test.each([['--version'], ['-v']])('given %j, then it is the version', (...args) => {
    expect(readSettings({}, args)).toEqual({ kind: 'version' });
  });

  test('given the help, then it names each setting, its flag, what it accepts and its default', () => {
    const result = readSettings({}, ['--help']);
    expect(result.kind === 'help' && result.text).toMatchInlineSnapshot(`
      "Keeps scaled-down clones of Deployments, as the rules in a ConfigMap say.

      Usage: ddprofiler-rc [COMMAND] [FLAG]...

      Commands:
        run (default)
            The operator; the settings below are for it.
        replay JOURNAL
            Folds a recorded journal again and compares every decision; - reads standard input. Exit: 0 same, 1 differs, 2 usage.

      Settings are environment variables; the flag of the same name wins.

        CLIENT, --client=VALUE
            How to reach the cluster: the current context of the kubeconfig, the one that CLUSTER names, or the service account of the pod.
            Accepted: local, eks, incluster. Required.

        CLUSTER, --cluster=VALUE
            The context to use. Required with CLIENT=eks, otherwise ignored.
            Accepted: the name of a context in the kubeconfig.

        CRD_NAME, --crd-name=VALUE
            The binding: the object that says which ConfigMap holds the rules.
            Accepted: the name of a DDProfCrd object. Required.

        CRD_NAMESPACE, --crd-namespace=VALUE
            The namespace of the binding.
            Accepted: the name of a namespace (lower-case letters, digits and "-", at most 63). Required.

        LOGLEVEL, --loglevel=VALUE
            The least important lines to log.
            Accepted: INFO, ERROR, WARNING, DEBUG. Required.

        PORT, --port=VALUE
            Where /healthz, /readyz, /health, /metrics and /journal are served.
            Accepted: 0 to 65535; 0 is any free port. Default: 8324

        WATCH_NAMESPACES, --watch-namespaces=VALUE
            Where sources and clones may be.
            Accepted: * for all, or names of namespaces (lower-case letters, digits and "-", at most 63) with commas between. Default: *

        RULES_NAMESPACES, --rules-namespaces=VALUE
            Namespaces, beside the binding’s own, that its cmNamespace may name. A ConfigMap elsewhere is not read, for who may edit rules may run what they say.
            Accepted: names of namespaces with commas between.

        ALLOWED_IMAGES, --allowed-images=VALUE
            Where the images come from that rules set; short names are completed as in docker.io/library/busybox. Where not set: from anywhere.
            Accepted: repositories with commas between; * stands for any characters but /, ** for any at all.

        IMAGE_REFERENCE, --image-reference=VALUE
            What an image that a rule sets must have: a tag or a digest, or a digest.
            Accepted: any, tag, digest. Default: any

        MAX_REPLICAS, --max-replicas=VALUE
            Most replicas that one clone may have. Where not set: any number.
            Accepted: a whole number.

        MAX_CLONES, --max-clones=VALUE
            Most clones that there may be. Where not set: any number.
            Accepted: a whole number.

        MASS_DELETION_SHARE, --mass-deletion-share=VALUE
            Rules that would delete more than this share of the clones at once, and more than MASS_DELETION_FLOOR, are held until a person confirms. 1: never held.
            Accepted: 0 to 1. Default: 0.5

        MASS_DELETION_FLOOR, --mass-deletion-floor=VALUE
            So many clones may always be deleted at once.
            Accepted: a whole number. Default: 3

        REFUSE_HPA_COUNT, --refuse-hpa-count
            Refuses a rule with shared traffic where a HorizontalPodAutoscaler of the source would count the clone’s pods. Otherwise it is only told.
            Accepted: true, false. Default: false

        OPERATOR_DEPLOYMENT, --operator-deployment=VALUE
            The Deployment that the operator itself runs as: it is never a source.
            Accepted: namespace/name.

        LEADER_ELECT, --leader-elect
            Leader election among replicas with the same binding, by a Lease in its namespace: one writes, the others stand by. Without it, run one replica.
            Accepted: true, false. Default: false

        KUBECONFIG, --kubeconfig=VALUE
            The kubeconfig for CLIENT=local and CLIENT=eks. Where not set: ~/.kube/config.
            Accepted: a path, or several as in PATH.

        JOURNAL_FILE, --journal-file=VALUE
            Where to write the journal: every event and decision, free of secrets, for \`ddprofiler-rc replay\`. Where not set: none is written. A journal that is there already becomes PATH.1.
            Accepted: a path.

        JOURNAL_MAX_BYTES, --journal-max-bytes=VALUE
            A journal that has grown to this becomes PATH.1, and a new one begins with the state so far.
            Accepted: a whole number of bytes, 1048576 or more. Default: 67108864

        -h, --help
            Print this and exit.

        -v, --version
            Print the version and exit."
    `);
  });
});
