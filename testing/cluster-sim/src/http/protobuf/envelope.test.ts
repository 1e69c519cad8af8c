import { describe, expect, test } from 'vitest';
import { messageFrom } from './envelope.ts';

/** Bodies that kubectl v1.37 sent. */
const BODIES = {
  // kubectl create deployment web --image=nginx:1 --replicas=0 --port=80
  deployment:
    'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EroBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEogBCAASDAoKCgNhcHASA3dlYhpuChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEk4SMAoFbmdpbngSB25naW54OjEqADIKCgAQABhQIgAqAEIAagByAIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==',
  // kubectl create poddisruptionbudget p --selector=a=b --min-available=50%
  budget:
    'azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSNgoRCgFwEgAaACIAKgAyADgAQgASFQoJCAEQABoDNTAlEggKBgoBYRIBYhoKCAAYACAAKAAwABoAIgA=',
  // kubectl auth can-i get pods/log -n q
  access:
    'azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSOQoQCgASABoAIgAqADIAOABCABIbChkKAXESA2dldBoAIgAqBHBvZHMyADoDbG9nGggIABIAGgAgABoAIgA=',
  // kubectl create quota q
  quota: 'azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRIXChEKAXESABoAIgAqADIAOABCABIAGgAaACIA',
};

const read = (name: keyof typeof BODIES) => messageFrom(Buffer.from(BODIES[name], 'base64'));

describe('an object that kubectl sends', () => {
  test('is the object that it prints, with the zero that a pointer means and without those that mean nothing', () => {
    const metadata = { labels: { app: 'web' } };
    expect(read('deployment')).toEqual({
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name: 'web', ...metadata },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        strategy: {},
        template: {
          metadata,
          spec: { containers: [{ name: 'nginx', image: 'nginx:1', resources: {}, ports: [{ containerPort: 80 }] }] },
        },
      },
      status: {},
    });
  });

  test('has numbers-or-texts as what they were', () => {
    expect(read('budget')).toMatchObject({ spec: { minAvailable: '50%', selector: { matchLabels: { a: 'b' } } } });
  });

  test('of a kind that is asked and not stored is read as well', () => {
    expect(read('access')).toMatchObject({
      spec: { resourceAttributes: { namespace: 'q', verb: 'get', resource: 'pods', name: 'log' } },
    });
  });

  test('of a kind that the cluster does not have is refused by name', () => {
    expect(() => read('quota')).toThrow('ResourceQuota of v1 is accepted as JSON or YAML, not as protobuf');
  });
});

describe('bytes that are no object', () => {
  test('are refused: another prefix', () => {
    expect(() => messageFrom(Buffer.from('{}'))).toThrow('expected prefix [107 56 115 0]');
  });

  test('are refused: cut off in the middle', () => {
    const whole = Buffer.from(BODIES.deployment, 'base64');
    expect(() => messageFrom(whole.subarray(0, 60))).toThrow(RangeError);
  });
});
