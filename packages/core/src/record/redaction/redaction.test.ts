import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  fold,
  KEY,
  memoryOf,
  NO_AUTOSCALERS,
  NO_MEMORY,
  NOW,
  nothingListed,
  rulesListed,
  ruleText,
  SCOPE,
  specOf,
} from '../../../test/given.ts';
import { action, begin, perform } from '../../../test/histories.ts';
import { answersTo, ModelCluster } from '../../../test/model-cluster.ts';
import {
  allKeys,
  type Digest,
  decide,
  type Event,
  evolve,
  initialState,
  type JsonObject,
  objectAt,
  redactDecision,
  redactEvent,
  redactReading,
  redactState,
  type State,
} from '../../index.ts';
import { canonicalJson } from '../../kube/json.ts';
import { type ReadRules, readRules } from '../../rules/read-rules.ts';

const digest: Digest = (text) => (text === '' ? '' : `#${createHmac('sha256', 'key').update(text).digest('hex').slice(0, 24)}`);

/** What a journal does: each text that was read is known by its digest. */
class Recorded {
  readonly #readings = new Map<string, ReturnType<ReadRules>>();

  readonly read: ReadRules = (text, watched) => {
    const reading = readRules(text, watched);
    this.#readings.set(digest(text), redactReading(reading, digest));
    return reading;
  };

  readonly readAgain: ReadRules = (text) => this.#readings.get(text) ?? { kind: 'blank' };
}

describe('the law of redaction', () => {
  test('to fold redacted events and decide is to fold the events, decide and redact', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(action, fc.boolean()), { minLength: 1, maxLength: 12 }), (actions) => {
        const cluster = new ModelCluster();
        const recorded = new Recorded();
        let open: State = initialState(SCOPE);
        let closed: State = initialState(SCOPE);
        const take = (event: Event): void => {
          open = evolve(open, event, recorded.read);
          closed = evolve(closed, redactEvent(event, digest), recorded.readAgain);
        };
        for (const event of [BINDING_LISTED, NO_AUTOSCALERS, NO_MEMORY, rulesListed('{}'), nothingListed()]) take(event);
        for (const [act, isMissed] of actions) {
          const event = perform(cluster, act);
          if (isMissed) for (const audit of auditsOf(cluster, event)) take(audit);
          else if (event !== undefined) take(event);
          for (const key of allKeys(open)) {
            const decision = decide(open, key, NOW);
            expect(canonicalJson(toJson(decide(closed, key, NOW)))).toBe(canonicalJson(toJson(redactDecision(decision, digest))));
            if (decision.effect !== undefined) for (const told of answersTo(cluster, open, decision.effect)) take(told);
          }
          expect(toJson(closed)).toEqual(toJson(redactState(open, digest)));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('nothing of a value is left', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 8 }), (actions) => {
        const cluster = new ModelCluster();
        const texts: string[] = [];
        let state = begin();
        const take = (event: Event): void => {
          state = evolve(state, event);
          texts.push(JSON.stringify(redactEvent(event, digest)), JSON.stringify(redactState(state, digest)));
        };
        for (const act of actions) {
          const event = perform(cluster, act);
          if (event !== undefined) take(event);
          for (const key of allKeys(state)) {
            const { effect } = decide(state, key, NOW);
            if (effect !== undefined) for (const told of answersTo(cluster, state, effect)) take(told);
          }
        }
        expect(texts.join('\n')).not.toMatch(/s3cret|hunter2/);
      }),
      { numRuns: 100 },
    );
  });
});

/** What an audit finds where the watch did not tell of `event`. */
function auditsOf(cluster: ModelCluster, event: Event | undefined): readonly Event[] {
  if (event === undefined || !('object' in event) || !('stream' in event)) return [];
  const { stream, object } = event;
  const list = [cluster.list(), ...cluster.companions()].find((one) => 'stream' in one && one.stream === stream);
  if (list?.type === 'listed') return [{ ...list, type: 'audited' }];
  const resourceVersion = String(objectAt(object, 'metadata').resourceVersion);
  return [{ type: 'audited', stream, resourceVersion, objects: [object] }];
}

function toJson(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

describe('given a source with values in all places, when its event is redacted', () => {
  const secret = 'tell-nobody';
  const cluster = new ModelCluster();
  const template = {
    metadata: { annotations: { a: secret, 'kubectl.kubernetes.io/default-container': 'web' }, labels: { app: 'web' } },
    spec: {
      initContainers: [{ name: 'init', env: [{ name: 'A', value: secret }], command: ['sh', '-c', secret] }],
      containers: [
        {
          name: 'web',
          image: 'web:1',
          args: [secret],
          env: [
            { name: 'A', value: secret },
            { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
            { name: 'C', value: '' },
          ],
          livenessProbe: {
            httpGet: { path: '/', httpHeaders: [{ name: 'Authorization', value: secret }] },
            exec: { command: [secret] },
          },
        },
      ],
      volumes: [{ name: 'v', csi: { driver: 'd', volumeAttributes: { token: secret } } }],
    },
  };
  const seen = cluster.put('shop', 'web', { ...specOf({}), template });
  const noted = cluster.edit('shop/web', {
    metadata: { namespace: 'shop', name: 'web', uid: 'u', annotations: { note: secret } },
  });
  const texts = [seen, noted].map((event) => JSON.stringify(redactEvent(event, digest)));

  test('then no value is in it', () => {
    expect(texts.join()).not.toContain(secret);
  });

  test('then what tells how things are put together stays', () => {
    for (const kept of [
      '"image":"web:1"',
      '"secretKeyRef":{"name":"s","key":"k"}',
      '"name":"C","value":""',
      '"default-container":"web"',
    ]) {
      expect(texts[0]).toContain(kept.replace('"default-container"', '"kubectl.kubernetes.io/default-container"'));
    }
  });
});

describe('given a memory, when what is stored is redacted', () => {
  const cluster = new ModelCluster();
  const source = cluster.put('shop', 'web', specOf({}));
  const text = ruleText('0.5', ['env: "PASSWORD: hunter2"']);
  const start = fold([BINDING_LISTED, rulesListed(text), nothingListed(), source]);
  const { effect } = decide(start, KEY, NOW);
  const made = effect === undefined ? start : fold(answersTo(cluster, start, effect), start);
  const restartedWith = (memory: Event): State =>
    fold([memory, BINDING_LISTED, rulesListed(''), cluster.list()].map((event) => redactEvent(event, digest)));

  test('then the clone follows as before, and no value is in it', () => {
    const state = restartedWith(memoryOf(made));
    expect(decide(state, KEY, NOW).verdict).toBe('inSync');
    expect(JSON.stringify(state)).not.toContain('hunter2');
  });

  test.each([
    ['with a line of another rule', { 'rules.jsonl': `${text}\n` }],
    ['cut off', { 'rules.jsonl': '{"shop"' }],
    ['without a hash', { hash: '' }],
  ])('then it counts for as little as before where it was edited by hand: %s', (_what, change) => {
    const memory = memoryOf(made);
    if (memory.type !== 'listed') throw new Error('it is a list');
    const objects = memory.objects.map((object) => ({ ...objectAt(object), data: { ...objectAt(object, 'data'), ...change } }));
    const state = restartedWith({ ...memory, objects });
    expect(state.memory).toMatchObject({ isDamaged: true, rules: new Map() });
    expect(decide(state, KEY, NOW)).toMatchObject({ verdict: 'kept', reason: 'RuleUnknown' });
    expect(JSON.stringify(state)).not.toContain('hunter2');
  });
});
