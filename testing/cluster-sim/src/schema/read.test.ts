import { describe, expect, it } from 'vitest';
import { containers, DEPLOYMENT, deployment, kind } from '../../test/deployment.ts';
import type { Json, JsonObject } from '../json.ts';
import { readFields, schemaOf, schemaOfCrd, writtenOut } from './index.ts';

const read = (spec: JsonObject, metadata?: JsonObject) => readFields(DEPLOYMENT, deployment(spec, metadata));
const container = (fields: JsonObject): JsonObject => containers({ name: 'c', ...fields });

describe('reading a built-in kind', () => {
  it('gives back the very object where nothing is to change', () => {
    const object = deployment({ replicas: 0, ...container({ image: 'i', resources: { limits: { cpu: '1' } } }) });
    expect(readFields(DEPLOYMENT, object)).toEqual({ value: object, unknown: [] });
    expect(readFields(DEPLOYMENT, object).value).toBe(object);
  });

  it('names each unknown field in the order of the object, and drops it', () => {
    const { value, unknown } = read(
      { foo: 1, ...containers({ name: 'a', foo: 1 }, { name: 'b', lifecycle: { x: 1 } }) },
      { bar: 1 },
    );
    expect(unknown).toEqual([
      'unknown field "metadata.bar"',
      'unknown field "spec.foo"',
      'unknown field "spec.template.spec.containers[0].foo"',
      'unknown field "spec.template.spec.containers[1].lifecycle.x"',
    ]);
    expect(value).toEqual(deployment(containers({ name: 'a' }, { name: 'b', lifecycle: {} })));
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['drops nulls', { paused: null, replicas: 1 }, { replicas: 1 }],
    ['drops zero values that the encoding leaves out', { paused: false, minReadySeconds: 0 }, {}],
    [
      'keeps a zero that was given where absence means another',
      { replicas: 0, revisionHistoryLimit: 0 },
      { replicas: 0, revisionHistoryLimit: 0 },
    ],
    ['drops empty lists and maps', container({ env: [], command: [] }), container({})],
    ['keeps empty objects', container({ securityContext: {}, resources: {} }), container({ securityContext: {}, resources: {} })],
    ['drops empty texts', container({ env: [{ name: 'a', value: '' }] }), container({ env: [{ name: 'a' }] })],
    [
      'makes quantities canonical',
      container({ resources: { limits: { cpu: '1000m', memory: 1024 } } }),
      container({ resources: { limits: { cpu: '1', memory: '1024' } } }),
    ],
    [
      'keeps numbers and texts of int-or-string',
      { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } } },
      { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } } },
    ],
  ])('%s', (_rule, spec, kept) => {
    expect(read(spec).value).toEqual(deployment(kept));
  });

  it('takes a null label for an empty one', () => {
    expect(read({}, { labels: { a: null } }).value).toEqual(deployment({}, { labels: { a: '' } }));
  });

  it.each<[JsonObject, string]>([
    [{ replicas: '3' }, 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ replicas: 1.5 }, 'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [
      { replicas: 99999999999 },
      'json: cannot unmarshal number 99999999999 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [{ paused: {} }, 'json: cannot unmarshal object into Go struct field DeploymentSpec.spec.paused of type bool'],
    [
      { strategy: { type: 3 } },
      'json: cannot unmarshal number into Go struct field DeploymentStrategy.spec.strategy.type of type v1.DeploymentStrategyType',
    ],
    [
      { strategy: { rollingUpdate: { maxSurge: true } } },
      'json: cannot unmarshal bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32',
    ],
    [
      { template: { spec: { containers: {} } } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      { template: { spec: { containers: ['s'] } } },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type v1.Container',
    ],
    [
      { template: { spec: { nodeSelector: { a: 1 } } } },
      'json: cannot unmarshal number into Go struct field PodSpec.spec.template.spec.nodeSelector of type string',
    ],
    [
      { template: { spec: { volumes: [{ name: 'v', emptyDir: 3 }] } } },
      'json: cannot unmarshal number into Go struct field Volume.spec.template.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource',
    ],
    [
      container({ resources: { limits: [] } }),
      'json: cannot unmarshal array into Go struct field ResourceRequirements.spec.template.spec.containers.resources.limits of type v1.ResourceList',
    ],
    [
      container({ resources: { limits: { cpu: 'xyz' } } }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      container({ envFrom: [{ configMapRef: { name: 3 } }] }),
      'json: cannot unmarshal number into Go struct field ConfigMapEnvSource.spec.template.spec.containers.envFrom.configMapRef.LocalObjectReference.name of type string',
    ],
  ])('cannot take %j', (spec, problem) => {
    expect(read(spec).problem).toBe(problem);
  });

  it.each<[Json, string]>([
    [{ labels: { a: 1 } }, 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string'],
    [{ creationTimestamp: 'bad' }, 'parsing time "bad" as "2006-01-02T15:04:05Z07:00": cannot parse "bad" as "2006"'],
    [3, 'json: cannot unmarshal number into Go struct field Deployment.metadata of type v1.ObjectMeta'],
  ])('cannot take metadata %j', (metadata, problem) => {
    expect(readFields(DEPLOYMENT, { metadata }).problem).toBe(problem);
  });

  it('cannot take binary data that is not base64', () => {
    expect(readFields(kind('', 'v1', 'ConfigMap'), { binaryData: { a: '%' } }).problem).toBe(
      'illegal base64 data at input byte 0',
    );
  });
});

describe('reading a custom resource', () => {
  const schema = schemaOfCrd({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          n: { type: 'integer' },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          pod: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    },
  });

  it('drops and names what its schema does not have, and keeps what is free', () => {
    const { value, unknown } = readFields(schema, {
      spec: { n: 1, zz: 1, free: { a: [null] }, pod: { x: 1, metadata: { name: 'p', bad: 1 } } },
      top: 1,
    });
    expect(unknown).toEqual(['unknown field "spec.zz"', 'unknown field "spec.pod.metadata.bad"', 'unknown field "top"']);
    expect(value).toEqual({ spec: { n: 1, free: { a: [null] }, pod: { x: 1, metadata: { name: 'p' } } } });
  });

  it('leaves wrong types to validation, but not those of metadata', () => {
    expect(readFields(schema, { spec: { n: 'x' } })).not.toHaveProperty('problem');
    expect(readFields(schema, { metadata: { labels: [] } }).problem).toBe(
      'json: cannot unmarshal array into Go struct field ObjectMeta.labels of type map[string]string',
    );
    expect(readFields(schema, { metadata: 'x' }).problem).toBe(
      'json: cannot unmarshal string into Go value of type v1.ObjectMeta',
    );
  });

  it('keeps all without a schema', () => {
    expect(readFields(schemaOfCrd({}), { any: { thing: null } })).toEqual({ value: { any: { thing: null } }, unknown: [] });
  });
});

it('writes out what is always there', () => {
  expect(writtenOut(kind('', 'v1', 'Event'), { involvedObject: { kind: 'Pod' } })).toEqual({
    metadata: {},
    involvedObject: { kind: 'Pod' },
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  });
});

it('knows no kind that the embedded cluster does not have', () => {
  expect(schemaOf({ group: 'batch', version: 'v1', kind: 'Job' })).toBeUndefined();
});

describe('the converter, in whose hands a strategic merge patch ends', () => {
  const schema = schemaOf({ group: 'apps', version: 'v1', kind: 'Deployment' });
  const container = (fields: JsonObject): JsonObject => ({
    spec: { template: { spec: { containers: [{ name: 'a', ...fields }] } } },
  });

  it.each<[JsonObject, string]>([
    [{ spec: { replicas: 'x' } }, 'unrecognized type: int32'],
    [{ spec: { replicas: 1.5 } }, 'cannot convert float64 to int32'],
    [{ spec: { paused: 'x' } }, 'unrecognized type: bool'],
    [{ spec: { paused: 1 } }, 'unrecognized type: bool'],
    [{ metadata: { labels: { a: 1 } } }, 'cannot convert int64 to string'],
    [{ metadata: { labels: { a: true } } }, 'unrecognized type: string'],
    [{ metadata: { labels: 'x' } }, 'cannot restore map from string'],
    [{ spec: { selector: 'x' } }, 'cannot restore struct from: string'],
    [{ spec: { template: { spec: { containers: 'x' } } } }, 'cannot restore slice from string'],
    [{ spec: { template: { spec: { nodeSelector: [] } } } }, 'cannot restore map from slice'],
    [container({ args: [1] }), 'cannot convert int64 to string'],
    [container({ securityContext: 1 }), 'cannot restore struct from: int64'],
    [{ spec: { strategy: { rollingUpdate: { maxSurge: true } } } }, 'json: cannot unmarshal bool into Go value of type int32'],
    [
      { spec: { strategy: { rollingUpdate: { maxSurge: 1.5 } } } },
      'json: cannot unmarshal number 1.5 into Go value of type int32',
    ],
    [{ metadata: { creationTimestamp: 5 } }, 'json: cannot unmarshal number into Go value of type string'],
  ])('refuses %j in its own words', (object, problem) => {
    if (schema === undefined) throw new Error('the schema of Deployments is there');
    expect(readFields(schema, object, 'converter').problem).toBe(problem);
  });

  it('wraps an integer that is too large', () => {
    if (schema === undefined) throw new Error('the schema of Deployments is there');
    expect(readFields(schema, { spec: { replicas: 99_999_999_999 } }, 'converter').value).toEqual({
      spec: { replicas: 1_215_752_191 },
    });
  });
});
