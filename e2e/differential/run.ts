/** Puts one case to one server, and writes down what it answered. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject, objectAt, stringAt } from '@ddprofiler-rc/cluster-sim';
import type { AwaitStep, Case, RequestStep, Step, WatchStep } from './case.ts';
import { filled, filledString, type Known, memberOf } from './references.ts';
import type { Question, Server, Told, Watching } from './server.ts';
import { SETTLING, settled, UNTENDED } from './settled.ts';

/** What one step came to. */
export interface Entry {
  /** The step in words, as the case has it. */
  readonly what: string;
  readonly answer: JsonObject;
}

const USER_AGENT = 'differential/1.0 (test)';
const WAIT_MS = 30_000;
const POLL_MS = 15;

export async function run(one: Case, server: Server, namespace: string): Promise<readonly Entry[]> {
  const answers = new Map<string, Json>();
  const known: Known = { namespace, answers };
  const watches: { readonly index: number; readonly step: WatchStep; readonly watching: Watching }[] = [];
  const entries: Entry[] = [];
  try {
    for (const [index, step] of one.steps.entries()) {
      const what = `step ${index + 1}, ${inWords(step)}`;
      const question = questionOf(step, known);
      switch (step.kind) {
        case 'request': {
          const told = await server.ask(question);
          checkStatus(step, told, what, server);
          entries.push({ what, answer: entryOf(told) });
          if (step.as !== undefined) answers.set(step.as, told.body);
          await settle(server, question, told);
          break;
        }
        case 'await': {
          const told = await awaited(server, question, step, what, known);
          entries.push({ what, answer: entryOf(told) });
          if (step.as !== undefined) answers.set(step.as, told.body);
          break;
        }
        case 'watch': {
          const watching = await server.watch(question);
          watches.push({ index: entries.length, step, watching });
          entries.push({ what, answer: {} });
        }
      }
    }
    for (const { index, step, watching } of watches) {
      const answer = watching.kind === 'refused' ? entryOf(watching.told) : await linesOf(watching.next, step);
      entries[index] = { what: entries[index]?.what ?? '', answer };
    }
    return entries;
  } finally {
    for (const { watching } of watches) if (watching.kind === 'open') watching.close();
  }
}

/** A name that both servers are given, so that answers need no translation. */
export function newNamespace(): string {
  return `diff-${randomUUID().slice(0, 8)}`;
}

function inWords(step: Step): string {
  const query = new URLSearchParams(step.query).toString();
  const where = `${decodeURIComponent(step.path)}${query === '' ? '' : `?${decodeURIComponent(query)}`}`;
  switch (step.kind) {
    case 'request':
      return `${step.method} ${where}${step.contentType === undefined ? '' : ` (${step.contentType})`}`;
    case 'watch':
      return `watch of ${where}`;
    case 'await':
      return `await of ${step.at || 'absence'} at ${where}`;
  }
}

function questionOf(step: Step, known: Known): Question {
  const request = step.kind === 'request' ? step : undefined;
  const hasBody = request?.body !== undefined;
  return {
    method: request?.method ?? 'GET',
    path: filledString(step.path, known),
    query: Object.fromEntries(Object.entries(step.query).map(([key, value]) => [key, filledString(value, known)])),
    contentType: hasBody ? (request.contentType ?? 'application/json') : request?.contentType,
    accept: step.accept,
    body: hasBody && request.body !== undefined ? filled(request.body, known) : undefined,
    user: request?.user,
    userAgent: request?.userAgent ?? USER_AGENT,
  };
}

function checkStatus(step: RequestStep, told: Told, what: string, server: Server): void {
  const fits = step.fails === undefined ? told.status < 300 : told.status === step.fails;
  if (fits || server.name === 'embedded') return; // of the embedded server the comparison tells, with more to read
  throw new Error(
    `the case is wrong: the real server's answer to ${what} is ${told.status}, not ${step.fails ?? 'a success'}:\n${JSON.stringify(told.body, null, 1)}`,
  );
}

function entryOf({ status, body, warning }: Told): JsonObject {
  return { status, ...(warning === undefined ? {} : { warning }), body };
}

const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

async function settle(server: Server, question: Question, { status, body }: Told): Promise<void> {
  const kind = stringAt(body, 'kind') ?? '';
  const wrote = WRITES.has(question.method) && status < 300 && question.query.dryRun === undefined;
  const name = stringAt(body, 'metadata', 'name');
  if (!wrote || !SETTLING.has(kind) || name === undefined || (server.name === 'embedded' && UNTENDED.has(kind))) return;
  const object = question.method === 'POST' ? `${question.path}/${name}` : question.path.replace(/\/(?:status|scale)$/, '');
  let missing: true | string = true;
  await waited(
    async () => {
      const told = await server.ask({
        ...question,
        method: 'GET',
        path: object,
        query: {},
        contentType: undefined,
        body: undefined,
        user: undefined,
      });
      missing = told.status === 404 || settled(told.body);
      return missing === true;
    },
    () => `${server.name}: ${object} did not settle: ${missing}`,
  );
}

async function awaited(server: Server, question: Question, step: AwaitStep, what: string, known: Known): Promise<Told> {
  let told: Told | undefined;
  await waited(
    async () => {
      told = await server.ask(question);
      if (step.value === undefined) return told.status === 404;
      let here: Json | undefined = told.body;
      for (const one of step.at.split('.')) here = memberOf(here, one);
      return JSON.stringify(here) === JSON.stringify(filled(step.value, known));
    },
    () => `${server.name}: ${what} never came; last answer: ${JSON.stringify(told?.body)}`,
  );
  if (told === undefined) throw new Error('nothing was asked');
  return told;
}

async function waited(probe: () => Promise<boolean>, message: () => string): Promise<void> {
  const end = Date.now() + WAIT_MS;
  while (!(await probe())) {
    if (Date.now() > end) throw new Error(message());
    await delay(POLL_MS);
  }
}

/**
 * The lines up to the sentinel. Bookmarks come when the server likes, so they are left out, but for the one that ends the initial
 * events and for a sentinel.
 */
async function linesOf(next: () => Promise<Json | undefined>, { until }: WatchStep): Promise<JsonObject> {
  const lines: Json[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), WAIT_MS);
  });
  try {
    for (;;) {
      const line = await Promise.race([next(), late]);
      if (line === 'late') return { lines, end: 'the sentinel never came' };
      if (line === undefined) return { lines, end: 'closed by the server' };
      const isSentinel =
        stringAt(line, 'type') === until.type &&
        (until.name === undefined || stringAt(line, 'object', 'metadata', 'name') === until.name);
      if (isSentinel || stringAt(line, 'type') !== 'BOOKMARK' || endsInitialEvents(line)) lines.push(line);
      if (isSentinel) return { lines, end: 'sentinel' };
    }
  } finally {
    clearTimeout(timer);
  }
}

function endsInitialEvents(line: Json): boolean {
  return isJsonObject(line) && objectAt(line, 'object', 'metadata', 'annotations')['k8s.io/initial-events-end'] === 'true';
}
