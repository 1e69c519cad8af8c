import { isJsonObject, type Json, type JsonObject, listAt, objectAt } from '../../json.ts';
import type { Place, Report } from './report.ts';

const MOST_ID = 2 ** 31 - 1;
const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

function checkId(report: Report, at: Place, id: Json | undefined): void {
  if (id !== undefined) report.between(at, id, 0, MOST_ID);
}

function checkProfiles(report: Report, at: Place, context: JsonObject): void {
  const { seccompProfile, appArmorProfile } = context;
  if (isJsonObject(seccompProfile)) {
    const here = at.field('seccompProfile');
    const { type, localhostProfile } = seccompProfile;
    if (type === 'Localhost') {
      if (localhostProfile === undefined)
        report.required(here.field('localhostProfile'), 'must be set when seccomp type is Localhost');
    } else if (localhostProfile !== undefined)
      report.invalid(
        here.field('localhostProfile'),
        { Type: type ?? '', LocalhostProfile: localhostProfile },
        'can only be set when seccomp type is Localhost',
      );
    if (type === undefined) report.required(here.field('type'), 'type is required when seccompProfile is set');
    else report.oneOf(here.field('type'), type, PROFILES);
  }
  if (isJsonObject(appArmorProfile)) report.oneOf(at.field('appArmorProfile').field('type'), appArmorProfile.type, PROFILES);
}

/** Who a pod runs as. */
export function checkPodSecurity(report: Report, at: Place, spec: JsonObject): void {
  const context = objectAt(spec, 'securityContext');
  checkId(report, at.field('fsGroup'), context.fsGroup);
  checkId(report, at.field('runAsUser'), context.runAsUser);
  checkId(report, at.field('runAsGroup'), context.runAsGroup);
  for (const [index, id] of listAt(context, 'supplementalGroups').entries())
    checkId(report, at.field('supplementalGroups').item(index), id);
  for (const [index, sysctl] of listAt(context, 'sysctls').filter(isJsonObject).entries()) {
    const name = report.present(at.field('sysctls').item(index).field('name'), sysctl.name);
    if (name !== undefined && !SYSCTL.test(name))
      report.invalid(
        at.field('sysctls').item(index).field('name'),
        name,
        'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
      );
  }
  report.oneOf(at.field('fsGroupChangePolicy'), context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  checkProfiles(report, at, context);
}

/** Every field of the server's own struct, in its order; a message quotes them all. */
const INTERNAL = [
  'capabilities',
  'privileged',
  'seLinuxOptions',
  'windowsOptions',
  'runAsUser',
  'runAsGroup',
  'runAsNonRoot',
  'readOnlyRootFilesystem',
  'allowPrivilegeEscalation',
  'procMount',
  'seccompProfile',
  'appArmorProfile',
];

function quoted(context: JsonObject): JsonObject {
  const nameOf = (field: string) =>
    field === 'seLinuxOptions' ? 'SELinuxOptions' : `${field[0]?.toUpperCase()}${field.slice(1)}`;
  return Object.fromEntries(INTERNAL.map((field) => [nameOf(field), context[field] ?? null]));
}

export function checkContainerSecurity(report: Report, at: Place, context: JsonObject): void {
  checkId(report, at.field('runAsUser'), context.runAsUser);
  checkId(report, at.field('runAsGroup'), context.runAsGroup);
  report.oneOf(at.field('procMount'), context.procMount, ['Default', 'Unmasked']);
  checkProfiles(report, at, context);
  if (context.allowPrivilegeEscalation === false && context.privileged === true)
    report.invalid(at, quoted(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
}
