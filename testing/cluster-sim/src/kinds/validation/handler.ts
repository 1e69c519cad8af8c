import { isJsonObject, type Json, type JsonObject, listAt, numberAt, stringAt } from '../../json.ts';
import type { Place, Report } from './report.ts';
import { headerName, portName } from './text.ts';

/** What a probe or a hook does; one of them. */
const HANDLERS: Readonly<Record<string, (report: Report, at: Place, handler: JsonObject, graceSeconds: number) => void>> = {
  exec: (report, at, handler) => {
    if (listAt(handler, 'command').length === 0) report.required(at.field('command'));
  },
  httpGet: (report, at, handler) => {
    report.present(at.field('path'), handler.path);
    checkPort(report, at.field('port'), handler.port ?? 0);
    report.oneOf(at.field('scheme'), handler.scheme, ['HTTP', 'HTTPS']);
    for (const header of listAt(handler, 'httpHeaders')) {
      const name = stringAt(header, 'name') ?? '';
      report.invalidFor(at.field('httpHeaders'), name, headerName(name));
    }
  },
  tcpSocket: (report, at, handler) => checkPort(report, at.field('port'), handler.port ?? 0),
  grpc: (report, at, handler) => report.between(at.field('port'), handler.port, 1, 65_535),
  sleep: (report, at, handler, graceSeconds) => {
    const seconds = numberAt(handler, 'seconds') ?? 0;
    if (seconds < 0 || seconds > graceSeconds)
      report.invalid(at, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`);
  },
};

/** A port by its number or its name. */
export function checkPort(report: Report, at: Place, port: Json): void {
  if (typeof port === 'string') report.invalidFor(at, port, port === '' ? portName('-').slice(0, 1) : portName(port));
  else report.between(at, port, 1, 65_535);
}

export function checkHandler(report: Report, at: Place, given: JsonObject, graceSeconds: number): void {
  const present = Object.keys(HANDLERS).filter((name) => isJsonObject(given[name]));
  if (present.length === 0) report.required(at, 'must specify a handler type');
  for (const [index, name] of present.entries()) {
    const handler = given[name];
    if (index > 0) report.forbidden(at.field(name), 'may not specify more than 1 handler type');
    else if (isJsonObject(handler)) HANDLERS[name]?.(report, at.field(name), handler, graceSeconds);
  }
}

const COUNTS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;

export type ProbeName = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

export function checkProbe(report: Report, at: Place, name: ProbeName, probe: JsonObject, graceSeconds: number): void {
  checkHandler(report, at, probe, graceSeconds);
  for (const count of COUNTS) report.notNegative(at.field(count), probe[count]);
  const grace = at.field('terminationGracePeriodSeconds');
  const own = numberAt(probe, 'terminationGracePeriodSeconds');
  if (own !== undefined && own <= 0) report.invalid(grace, own, 'must be greater than 0');
  if (name === 'readinessProbe') {
    if (own !== undefined) report.invalid(grace, own, 'must not be set for readinessProbes');
  } else if (probe.successThreshold !== 1) report.invalid(at.field('successThreshold'), probe.successThreshold ?? 0, 'must be 1');
}
