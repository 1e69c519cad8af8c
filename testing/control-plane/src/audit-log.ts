/**
 * Reads the API server's audit log: who asked for what. The log gets a request's line before its answer is sent, so whoever got
 * an answer finds the request.
 */
import { readFile } from 'node:fs/promises';
import { isRecord } from './json.ts';

export type AuditEntry = {
  readonly user: string;
  readonly userAgent: string;
  readonly verb: string;
  /** Empty for the core group and for what is no resource, such as /version. */
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly uri: string;
  /** The answer's status code; 0 if there was none. */
  readonly code: number;
  /** When the request arrived, ISO 8601 with microseconds. */
  readonly receivedAt: string;
  /** When it was answered, likewise. */
  readonly answeredAt: string;
};

/** Verbs that change something. */
export const WRITE_VERBS: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const record = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

/** One entry per finished request; a watch counts when it ends. A last line that is still being written is left out. */
export const parseAuditLog = (content: string): readonly AuditEntry[] => {
  const entries: AuditEntry[] = [];
  for (const line of content.slice(0, content.lastIndexOf('\n') + 1).split('\n')) {
    if (line === '') continue;
    const event = record(JSON.parse(line));
    if (event.stage !== 'ResponseComplete' && event.stage !== 'Panic') continue;
    const target = record(event.objectRef);
    const { code } = record(event.responseStatus);
    entries.push({
      user: text(record(event.user).username),
      userAgent: text(event.userAgent),
      verb: text(event.verb),
      group: text(target.apiGroup),
      resource: text(target.resource),
      subresource: text(target.subresource),
      namespace: text(target.namespace),
      name: text(target.name),
      uri: text(event.requestURI),
      code: typeof code === 'number' ? code : 0,
      receivedAt: text(event.requestReceivedTimestamp),
      answeredAt: text(event.stageTimestamp),
    });
  }
  return entries;
};

export const readAuditLog = async (path: string): Promise<readonly AuditEntry[]> => parseAuditLog(await readFile(path, 'utf8'));
