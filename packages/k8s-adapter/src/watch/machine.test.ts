import type { FailureCode, Json } from '@ddprofiler-rc/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiFailure } from '../failure.ts';
import { namespacedTarget } from '../resources.ts';
import { EVERYTHING, type WatchFilter } from './filter.ts';
import type { Page } from './list.ts';
import { emptyStream, type Order, step, type WatchInput, type WatchState } from './machine.ts';
import type { WatchEvent } from './watch-event.ts';

const TARGET = namespacedTarget('deployments/*');
const AUDITS = { least: 1_000_000, most: 2_000_000 };

const STARTED: WatchInput = { type: 'started' };
const OPENED: WatchInput = { type: 'opened' };
const ENDED: WatchInput = { type: 'ended' };
const SILENT: WatchInput = { type: 'silent' };
const WAITED: WatchInput = { type: 'waited' };

function page(resourceVersion: string, objects: readonly Json[] = [], next = '', filter: WatchFilter = EVERYTHING): WatchInput {
  return { type: 'page', page: { resourceVersion, next, objects, filter } };
}

function auditPage(
  resourceVersion: string,
  objects: readonly Json[] = [],
  next = '',
  filter: WatchFilter = EVERYTHING,
): WatchInput {
  return { type: 'auditPage', page: { resourceVersion, next, objects, filter } };
}

function failed(code: FailureCode, retryAfterMs?: number): WatchInput {
  return { type: 'failed', failure: new ApiFailure(code, code, retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function object(name: string, resourceVersion: string): Json {
  return { metadata: { namespace: 'shop', name, uid: `uid-${name}`, resourceVersion } };
}

function line(type: WatchEvent['type'], resourceVersion: string, name = 'web', isWanted = true): WatchInput {
  const event: WatchEvent =
    type === 'bookmark' ? { type, resourceVersion } : { type, object: object(name, resourceVersion), resourceVersion };
  return { type: 'line', line: event, isWanted };
}

/** What the last of these inputs leads to; a number is a time that passes. */
function after(...happenings: readonly (WatchInput | number)[]): {
  state: WatchState;
  orders: readonly Order[];
  words: string[];
} {
  let now = 1_000_000;
  let state = emptyStream(AUDITS);
  let orders: readonly Order[] = [];
  for (const happening of happenings) {
    if (typeof happening === 'number') now += happening;
    else ({ state, orders } = step(TARGET, state, happening, { now, random: 0.5 }));
  }
  return { state, orders, words: orders.map(inWords) };
}

function inWords(order: Order): string {
  switch (order.do) {
    case 'list':
      return `list ${order.next}`.trim();
    case 'watch':
      return `watch from ${order.from}`;
    case 'wait':
      return `wait ${order.ms}`;
    case 'emit':
      return order.event.type === 'streamFailed' ? `emit streamFailed ${order.event.failure.code}` : `emit ${order.event.type}`;
    case 'countRestart':
      return `count ${order.reason}`;
    case 'audit':
      return `audit as of ${order.at} ${order.next}`.trim();
    case 'giveUpAudit':
      return 'give up audit';
  }
}

const WATCHING = [STARTED, page('5'), OPENED];

describe('one step', () => {
  test.each<[string, readonly (WatchInput | number)[], readonly string[]]>([
    ['its start', [STARTED], ['list']],
    ['a page with more to come', [STARTED, page('5', ['a'], 'token')], ['list token']],
    ['the last page', [STARTED, page('5', ['a'], 'token'), page('5')], ['emit listed', 'watch from 5']],
    ['a watch that opens', WATCHING, []],
    ['a line', [...WATCHING, line('seen', '6')], ['emit seen']],
    ['a line that is not wanted', [...WATCHING, line('vanished', '6', 'web', false)], []],
    ['a bookmark', [...WATCHING, line('bookmark', '9')], []],
    ['the end, after a line', [...WATCHING, line('bookmark', '9'), ENDED], ['count closed', 'watch from 9']],
    [
      'the end, after a line that is not wanted',
      [...WATCHING, line('seen', '7', 'web', false), ENDED],
      ['count closed', 'watch from 7'],
    ],
    ['the end, in time', [...WATCHING, 1_000, ENDED], ['count closed', 'watch from 5']],
    ['the end, at once', [...WATCHING, 999, ENDED], ['count failed', 'emit streamFailed Unreachable', 'wait 1200']],
    ['silence', [...WATCHING, 100_000, SILENT], ['count stalled', 'list']],
    ['410', [...WATCHING, failed('Gone')], ['count expired', 'list']],
    [
      '410 again within a minute',
      [...WATCHING, failed('Gone'), page('9'), 60_000, failed('Gone')],
      ['count expired', 'emit streamFailed Gone', 'wait 1200'],
    ],
    ['410 again after a minute', [...WATCHING, failed('Gone'), page('9'), 60_001, failed('Gone')], ['count expired', 'list']],
    ['a refusal', [...WATCHING, failed('Forbidden')], ['count failed', 'emit streamFailed Forbidden', 'wait 1200']],
    [
      '429 with Retry-After',
      [...WATCHING, failed('TooManyRequests', 7_000)],
      ['count failed', 'emit streamFailed TooManyRequests', 'wait 7000'],
    ],
    ['the end of a wait after a refused connection', [...WATCHING, failed('Unreachable'), 1_200, WAITED], ['watch from 5']],
    ['the end of a wait after what keeps the place', [...WATCHING, failed('ServerError'), 1_200, WAITED], ['watch from 5']],
    ['the end of a wait after what does not', [...WATCHING, failed('Malformed'), 1_200, WAITED], ['list']],
    ['the end of a wait before there was a list', [STARTED, failed('Unreachable'), 1_200, WAITED], ['list']],
    ['a page lost: the list', [STARTED, page('5', ['a'], 'token'), failed('Timeout'), 1_200, WAITED], ['list']],
    ['a watch that opens after a failure', [...WATCHING, failed('ServerError'), 1_200, WAITED, OPENED], ['emit streamOpened']],
  ])('given %s, then that is what follows', (_, happenings, words) => {
    expect(after(...happenings).words).toEqual(words);
  });

  test('given pages before and after a failure, then the list has those after it alone', () => {
    const { orders } = after(STARTED, page('5', ['a'], 'token'), failed('Gone'), page('6', ['b'], 'token'), page('6', ['c']));
    expect(orders[0]).toEqual({
      do: 'emit',
      event: { type: 'listed', stream: TARGET.stream, resourceVersion: '6', objects: ['b', 'c'] },
    });
  });

  test('given that what matters changed while it was listed, then the list is told as partial', () => {
    const other: WatchFilter = { keep: () => true };
    const changed = after(STARTED, page('5', ['a'], 'token'), page('5', ['b'], '', other));
    expect(changed.orders[0]).toMatchObject({ do: 'emit', event: { type: 'listed', objects: ['a', 'b'], isPartial: true } });
    const unchanged = after(STARTED, page('5', ['a'], 'token', other), page('5', ['b'], '', other));
    expect(unchanged.orders[0]).not.toHaveProperty('event.isPartial');
  });

  test('given a line from before the position, then the position stays', () => {
    expect(after(...WATCHING, line('seen', '4')).state.position).toBe('5');
  });
});

const DUE = 1_500_000;
const AUDITING = [...WATCHING, DUE, line('bookmark', '7')];

describe('the audit', () => {
  test.each<[string, readonly (WatchInput | number)[], readonly string[]]>([
    ['a line before its time', [...WATCHING, DUE - 1, line('bookmark', '7')], []],
    ['a line at its time', AUDITING, ['audit as of 7']],
    ['a line at its time that is told too', [...WATCHING, DUE, line('seen', '7')], ['emit seen', 'audit as of 7']],
    ['another line, while it is made', [...AUDITING, line('bookmark', '8')], []],
    ['a page with more to come', [...AUDITING, auditPage('7', [], 'token')], ['audit as of 7 token']],
    ['its last page', [...AUDITING, auditPage('7', [], 'token'), auditPage('7')], ['emit audited']],
    ['a page as of another moment', [...AUDITING, auditPage('8')], []],
    ['a failure', [...AUDITING, { type: 'auditFailed' }], []],
    ['a line after a failure, before its next time', [...AUDITING, { type: 'auditFailed' }, DUE - 1, line('bookmark', '8')], []],
    [
      'a line after a failure, at its next time',
      [...AUDITING, { type: 'auditFailed' }, DUE, line('bookmark', '8')],
      ['audit as of 8'],
    ],
    ['a new list, while it is made', [...AUDITING, SILENT, page('9')], ['give up audit', 'emit listed', 'watch from 9']],
    ['a page that comes after it was given up', [...AUDITING, SILENT, page('9'), auditPage('7')], []],
    [
      'a position that the stream was beyond, after a list of a server that lags behind',
      [...WATCHING, line('seen', '9'), SILENT, page('6'), OPENED, DUE, line('bookmark', '8')],
      [],
    ],
    [
      'the position that it was at',
      [...WATCHING, line('seen', '9'), SILENT, page('6'), OPENED, DUE, line('bookmark', '9')],
      ['audit as of 9'],
    ],
  ])('given %s, then that is what follows', (_, happenings, words) => {
    expect(after(...happenings).words).toEqual(words);
  });

  test('given what the watch told of meanwhile, then the audit does not', () => {
    const objects = [object('gone', '1'), object('changed', '2'), object('unwanted', '2'), object('kept', '3')];
    const { orders } = after(
      ...AUDITING,
      line('vanished', '8', 'gone'),
      auditPage('7', objects.slice(0, 2), 'token'),
      line('seen', '9', 'changed'),
      line('vanished', '10', 'unwanted', false),
      auditPage('7', objects.slice(2)),
    );
    expect(orders).toEqual([
      { do: 'emit', event: { type: 'audited', stream: TARGET.stream, resourceVersion: '7', objects: [object('kept', '3')] } },
    ]);
  });

  test('given that what matters changed meanwhile, then it is put off', () => {
    const other: WatchFilter = { keep: () => true };
    expect(after(...AUDITING, auditPage('7', ['a'], 'token'), auditPage('7', ['b'], '', other)).words).toEqual([]);
    expect(after(...AUDITING, auditPage('7', ['a'], 'token', other), auditPage('7', ['b'], '', other)).words).toEqual([
      'emit audited',
    ]);
  });
});

/** What may happen next, and after how long; what does not fit the moment is made to. */
interface Chance {
  readonly pick: number;
  readonly ms: number;
  readonly revision: number;
  readonly name: string;
  readonly random: number;
}

const CHANCE: fc.Arbitrary<Chance> = fc.record({
  pick: fc.nat({ max: 99 }),
  ms: fc.constantFrom(0, 0, 0, 1, 999, 1_001, 30_000, 61_000, 1_000_001),
  revision: fc.integer({ min: 1, max: 40 }),
  name: fc.constantFrom('web', 'api', 'worker'),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

const CODES: readonly FailureCode[] = ['Gone', 'Gone', 'Unreachable', 'TooManyRequests', 'Malformed', 'Forbidden', 'NotFound'];
const FILTERS: readonly WatchFilter[] = [EVERYTHING, EVERYTHING, { keep: () => true }];

function pick<T>(items: readonly T[], at: number): T {
  const item = items[at % items.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** A machine and the world around it: only what was asked for is answered. */
class History {
  state = emptyStream(AUDITS);
  now = 1_000_000;
  /** Requests since there was last a wait, progress, or a second that passed. */
  requestsInARow = 0;
  #main: Order | undefined;
  #isOpen = false;
  #watchSince = 0;
  #audit: Extract<Order, { do: 'audit' }> | undefined;
  #pages: Json[] = [];
  #toldSinceAudit = new Set<string>();

  constructor() {
    this.#take(STARTED, 0);
  }

  next(chance: Chance): void {
    const { pick: at, ms } = chance;
    const isAudit = this.#audit !== undefined && at % 3 === 0;
    if (ms >= 1_000) this.requestsInARow = 0;
    this.now += ms;
    this.#take(isAudit ? this.#auditInput(chance) : this.#mainInput(chance), chance.random);
  }

  #mainInput(chance: Chance): WatchInput {
    const { pick: at, ms, revision } = chance;
    if (this.#main?.do === 'wait') {
      this.now += this.#main.ms;
      return WAITED;
    }
    if (at < 25) return failed(pick(CODES, at), at < 5 ? 5_000 : undefined);
    if (this.#main?.do === 'list') return { type: 'page', page: pageOf(chance, String(revision)) };
    if (!this.#isOpen) return OPENED;
    if (at < 35) return ENDED;
    if (at < 40 && ms >= 100_000) return SILENT;
    return line(pick(['seen', 'vanished', 'bookmark'], at), String(revision), chance.name, at % 2 === 0);
  }

  #auditInput(chance: Chance): WatchInput {
    const at = this.#audit?.at ?? '';
    if (chance.pick < 15) return { type: 'auditFailed' };
    return { type: 'auditPage', page: pageOf(chance, chance.pick < 25 ? String(chance.revision) : at) };
  }

  #take(input: WatchInput, random: number): void {
    const before = this.state;
    const { state, orders } = step(TARGET, before, input, { now: this.now, random });
    this.state = state;
    if (input.type === 'opened') this.#isOpen = true;
    const mains = orders.filter((order) => order.do === 'list' || order.do === 'watch' || order.do === 'wait');
    const isOver = !['opened', 'line', 'auditPage', 'auditFailed'].includes(input.type);
    expect(mains, 'whatever ends a request leads to another, or to a wait').toHaveLength(isOver ? 1 : 0);
    // Either is no tight loop: the stream came further, or its watch lasted.
    const hasLasted = input.type === 'ended' && this.now - this.#watchSince >= 1_000;
    if (hasLasted || (input.type === 'line' && state.position !== before.position)) this.requestsInARow = 0;
    const listed = orders.find((order) => order.do === 'emit' && order.event.type === 'listed');
    expect(listed !== undefined, 'a list is told when its last page is there').toBe(
      input.type === 'page' && input.page.next === '',
    );
    if (input.type === 'page') this.#pages.push(...input.page.objects);
    if (listed?.do === 'emit') {
      expect(listed.event).toMatchObject({ objects: this.#pages });
    } else if (input.type === 'page' || mains[0]?.do !== 'list') {
      expect(
        state.position === '' || Number(state.position) >= Number(before.position),
        'the position goes back by a list only',
      ).toBe(true);
    }
    if (input.type === 'line' && input.line.type !== 'bookmark')
      this.#toldSinceAudit.add(input.line.object === null ? '' : JSON.stringify(nameOf(input.line.object)));
    for (const order of orders) this.#carryOut(order);
    if (input.type === 'auditPage' || input.type === 'auditFailed') this.#settleAudit(orders);
  }

  #carryOut(order: Order): void {
    switch (order.do) {
      case 'list':
        if (order.next === '') this.#pages = [];
        if (order.next === '') this.requestsInARow += 1;
        this.#main = order;
        return;
      case 'watch':
        expect(order.from, 'a watch goes on from a list').not.toBe('');
        this.requestsInARow += 1;
        this.#watchSince = this.now;
        this.#isOpen = false;
        this.#main = order;
        return;
      case 'wait':
        this.requestsInARow = 0;
        this.#main = order;
        return;
      case 'audit':
        if (order.next === '') {
          expect(this.#audit, 'one audit at a time').toBeUndefined();
          expect(order.at).toBe(this.state.position);
          this.#toldSinceAudit = new Set();
        }
        this.#audit = order;
        return;
      case 'giveUpAudit':
        this.#audit = undefined;
        return;
      case 'emit':
        if (order.event.type === 'audited') {
          expect(order.event.resourceVersion).toBe(this.#audit?.at);
          for (const found of order.event.objects) expect(this.#toldSinceAudit).not.toContain(JSON.stringify(nameOf(found)));
        }
        return;
      case 'countRestart':
        return;
    }
  }

  #settleAudit(orders: readonly Order[]): void {
    if (!orders.some((order) => order.do === 'audit')) this.#audit = undefined;
  }
}

function pageOf({ pick: at, name, revision }: Chance, resourceVersion: string): Page {
  const next = at % 4 === 0 ? 'token' : '';
  return { resourceVersion, next, objects: [object(name, String(revision))], filter: pick(FILTERS, at) };
}

function nameOf(raw: Json): unknown {
  return typeof raw === 'object' && raw !== null && 'metadata' in raw
    ? JSON.parse(JSON.stringify(raw.metadata, ['namespace', 'name']))
    : raw;
}

describe('laws', () => {
  test('whatever happens, another request or a wait follows, never in a tight loop, and nothing is told of a part of a list', () => {
    fc.assert(
      fc.property(fc.array(CHANCE, { maxLength: 120 }), (chances) => {
        const history = new History();
        for (const chance of chances) {
          history.next(chance);
          // A list and a watch, and both again after the first 410.
          expect(history.requestsInARow).toBeLessThanOrEqual(4);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
