import { compareResourceVersions, type Json, keyOfObject, readKubeObject } from '@ddprofiler-rc/core';
import type { WatchFilter } from './filter.ts';
import type { Page } from './list.ts';
import type { WatchEvent } from './watch-event.ts';

/** The shortest and the longest time between two audits, in milliseconds. */
export interface AuditPeriod {
  readonly least: number;
  readonly most: number;
}

/**
 * The audit of one stream: from time to time everything is listed once more, as of a moment that the watch has come to, while the watch goes
 * on. Whatever is then not as it is known was missed.
 *
 * | what happens | then |
 * | --- | --- |
 * | a line of the watch, and an audit is due | its first page is asked for, as of the position that the line brought |
 * | the same, but the position is one that the stream was beyond before (a list of a server that lags behind) | nothing: its past would be taken for news |
 * | a line, while it is made | what the line is about is left out of it: the audit's news of that is older |
 * | a page as of another moment | put off: the server does not keep to the moment that was asked for, and what it tells cannot be judged |
 * | a page, and what matters changed since the one before | put off: what it lacks may be there |
 * | 410, or any failure | put off: that is no error |
 * | the last page | told |
 * | a new list of the stream | given up: the list tells the same, and more |
 *
 * It needs no timer: a healthy watch brings a bookmark about every minute.
 */
export interface Audit {
  readonly period: AuditPeriod;
  readonly dueAt: number;
  /** The newest position that the stream ever had. */
  readonly furthest: string;
  readonly run: Run | undefined;
}

interface Run {
  readonly at: string;
  readonly pages: readonly (readonly Json[])[];
  /** Undefined before the first page. */
  readonly filter: WatchFilter | undefined;
  readonly told: Told | undefined;
}

/** Keys of the objects that the watch told of since it began: a chain, so that each line costs the same. */
interface Told {
  readonly key: string;
  readonly before: Told | undefined;
}

/** What an audit came to with this input; `ask`: the next page, as of `at`. */
export interface Audited {
  readonly audit: Audit;
  readonly ask?: { readonly at: string; readonly next: string };
  readonly found?: { readonly resourceVersion: string; readonly objects: readonly Json[] };
}

/** When something happens, and a chance for what it leads to. */
export interface Occasion {
  /** Milliseconds since any fixed moment. */
  readonly now: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

export function noAudit(period: AuditPeriod): Audit {
  return { period, dueAt: Number.POSITIVE_INFINITY, furthest: '', run: undefined };
}

/** After a list: it has just told everything. */
export function auditAfterList(audit: Audit, resourceVersion: string, occasion: Occasion): Audit {
  return putOff({ ...audit, furthest: newer(resourceVersion, audit.furthest) }, occasion);
}

/** @param position of the watch, once the line is read */
export function auditAfterLine(audit: Audit, line: WatchEvent, position: string, { now }: Occasion): Audited {
  const { run, dueAt } = audit;
  const furthest = newer(position, audit.furthest);
  if (run !== undefined) return { audit: { ...audit, furthest, run: withTold(run, line) } };
  if (now < dueAt || position !== furthest) return { audit: { ...audit, furthest } };
  const begun = { at: position, pages: [], filter: undefined, told: undefined };
  return { audit: { ...audit, furthest, run: begun }, ask: { at: position, next: '' } };
}

export function auditAfterPage(audit: Audit, page: Page, occasion: Occasion): Audited {
  const { run } = audit;
  if (run === undefined) return { audit };
  const isOfThatMoment = page.resourceVersion === run.at;
  const isOfThatFilter = run.filter === undefined || run.filter === page.filter;
  if (!isOfThatMoment || !isOfThatFilter) return { audit: putOff(audit, occasion) };
  const pages = [...run.pages, page.objects];
  if (page.next !== '')
    return { audit: { ...audit, run: { ...run, pages, filter: page.filter } }, ask: { at: run.at, next: page.next } };
  const told = keysOf(run.told);
  const objects = pages.flat().filter((object) => !told.has(keyOfRaw(object)));
  return { audit: putOff(audit, occasion), found: { resourceVersion: run.at, objects } };
}

export function putOff(audit: Audit, { now, random }: Occasion): Audit {
  const { least, most } = audit.period;
  return { ...audit, dueAt: now + least + random * (most - least), run: undefined };
}

function withTold(run: Run, line: WatchEvent): Run {
  return line.type === 'bookmark' ? run : { ...run, told: { key: keyOfRaw(line.object), before: run.told } };
}

function keysOf(told: Told | undefined): ReadonlySet<string> {
  const keys = new Set<string>();
  for (let one = told; one !== undefined; one = one.before) keys.add(one.key);
  return keys;
}

/** By name, not by UID: a history that was compressed may tell of the successor alone. */
function keyOfRaw(raw: Json): string {
  const object = readKubeObject(raw);
  return object === undefined ? '' : keyOfObject(object);
}

function newer(one: string, other: string): string {
  return compareResourceVersions(one, other) > 0 ? one : other;
}
