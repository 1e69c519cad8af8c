import { expect, test } from 'vitest';
import { readDeployment } from '../deployment.ts';
import { readKubeObject } from '../kube-object.ts';
import { type Memory, memoryOf } from './memory.ts';

const RULE = '{"shop":{"deployments":{"web":{"name_suffix":"profiler","scale_factor":"0.5"}}}}';

function memoryIn(namespace: string, rule: string): Memory {
  const annotations = { 'ddprofiler-rc.grove/source': 'web', 'ddprofiler-rc.grove/rule': rule };
  const object = readKubeObject({ metadata: { namespace, name: 'web-profiler', uid: 'u', resourceVersion: '1', annotations } });
  if (object === undefined) throw new Error('the clone is an object');
  return memoryOf(readDeployment(object), undefined);
}

test('given its own rule, then the clone remembers it, and goes with it', () => {
  expect(memoryIn('shop', RULE)).toMatchObject({ source: 'shop/web', rule: { source: 'web' }, onRuleRemoved: 'delete' });
});

test('given the rule of a clone in another namespace, whose manifest somebody copied, then it is no reason to delete', () => {
  expect(memoryIn('staging', RULE)).toMatchObject({ source: 'staging/web', rule: undefined, onRuleRemoved: 'keep' });
});

test('given a rule of a newer version, then its policy is understood; one that is not known is no reason to delete', () => {
  const newer = RULE.replace('"name_suffix"', '"on_rule_removed":"scale_to_zero","newer":[],"name_suffix"');
  expect(memoryIn('shop', newer)).toMatchObject({ rule: undefined, onRuleRemoved: 'scale_to_zero' });
  expect(memoryIn('shop', newer.replace('scale_to_zero', 'archive'))).toMatchObject({ rule: undefined, onRuleRemoved: 'keep' });
});
