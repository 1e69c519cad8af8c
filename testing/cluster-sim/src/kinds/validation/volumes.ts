import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import { quantityValue } from '../quantity.ts';
import { checkField, checkResourceField, FILE_FIELDS } from './environment.ts';
import type { Place, Report } from './report.ts';
import { backless, dnsLabel, innerPath } from './text.ts';

type Check = (report: Report, at: Place, source: JsonObject) => void;

const needs =
  (...fields: readonly string[]): Check =>
  (report, at, source) => {
    for (const field of fields) report.present(at.field(field), source[field]);
  };

const HOST_PATHS = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
const LEAST_TOKEN_S = 600;

const checkMode: Check = (report, at, { defaultMode }) => {
  if (typeof defaultMode === 'number' && (defaultMode < 0 || defaultMode > 0o777))
    report.invalid(at.field('defaultMode'), defaultMode, 'must be a number between 0 and 0777 (octal), both inclusive');
};

const checkItems: Check = (report, at, source) => {
  for (const [index, item] of listAt(source, 'items').filter(isJsonObject).entries()) {
    const here = at.field('items').item(index);
    report.present(here.field('key'), item.key);
    report.formed(here.field('path'), item.path, innerPath);
  }
};

/** Files made of the pod's own fields; they are told without their number. */
const checkFiles: Check = (report, at, source) => {
  for (const item of listAt(source, 'items').filter(isJsonObject)) {
    report.formed(at.field('path'), item.path, innerPath);
    const { fieldRef, resourceFieldRef } = item;
    if (isJsonObject(fieldRef)) checkField(report, at.field('fieldRef'), fieldRef, FILE_FIELDS);
    else if (isJsonObject(resourceFieldRef)) checkResourceField(report, at.field('resourceFieldRef'), resourceFieldRef);
    else report.required(at, 'one of fieldRef and resourceFieldRef is required');
  }
};

const inOrder =
  (...checks: readonly Check[]): Check =>
  (report, at, source) => {
    for (const check of checks) check(report, at, source);
  };

const checkProjected: Check = (report, at, projected) => {
  checkMode(report, at, projected);
  for (const [index, source] of listAt(projected, 'sources').filter(isJsonObject).entries()) {
    const here = at.field('sources').item(index);
    for (const kind of ['configMap', 'secret'] as const) {
      if (!isJsonObject(source[kind])) continue;
      needs('name')(report, here.field(kind), objectAt(source, kind));
      checkItems(report, here.field(kind), objectAt(source, kind));
    }
    if (isJsonObject(source.downwardAPI)) checkFiles(report, here.field('downwardAPI'), source.downwardAPI);
    const token = source.serviceAccountToken;
    if (!isJsonObject(token)) continue;
    const seconds = numberAt(token, 'expirationSeconds') ?? 0;
    if (seconds < LEAST_TOKEN_S)
      report.invalid(
        here.field('serviceAccountToken').field('expirationSeconds'),
        seconds,
        'may not specify a duration less than 10 minutes',
      );
    report.formed(at.field('path'), token.path, innerPath);
  }
};

const checkClaim: Check = (report, at, { volumeClaimTemplate }) => {
  if (!isJsonObject(volumeClaimTemplate)) {
    report.required(at.field('volumeClaimTemplate'));
    return;
  }
  const here = at.field('volumeClaimTemplate').field('spec');
  const spec = objectAt(volumeClaimTemplate, 'spec');
  if (listAt(spec, 'accessModes').length === 0) report.required(here.field('accessModes'), 'at least 1 access mode is required');
  if (objectAt(spec, 'resources', 'requests').storage === undefined) report.required(here.field('resources').item('storage'));
};

/** The kinds of volumes that are looked into, in the order in which the server asks for them. */
const SOURCES: Readonly<Record<string, Check>> = {
  emptyDir: (report, at, { sizeLimit }) => {
    if (typeof sizeLimit === 'string' && quantityValue(sizeLimit) < 0)
      report.forbidden(at.field('sizeLimit'), 'SizeLimit field must be a valid resource quantity');
  },
  hostPath: (report, at, source) => {
    report.formed(at.field('path'), source.path, backless);
    report.oneOf(at.field('type'), source.type, HOST_PATHS);
  },
  gcePersistentDisk: needs('pdName'),
  awsElasticBlockStore: needs('volumeID'),
  gitRepo: needs('repository'),
  secret: inOrder(needs('secretName'), checkMode, checkItems),
  nfs: (report, at, source) => {
    needs('server', 'path')(report, at, source);
    const path = stringAt(source, 'path') ?? '';
    if (!path.startsWith('/')) report.invalid(at.field('path'), path, 'must be an absolute path');
  },
  iscsi: needs('targetPortal', 'iqn'),
  glusterfs: needs('endpoints', 'path'),
  flexVolume: needs('driver'),
  configMap: inOrder(needs('name'), checkMode, checkItems),
  persistentVolumeClaim: needs('claimName'),
  rbd: needs('image'),
  downwardAPI: inOrder(checkMode, checkFiles),
  azureFile: needs('secretName', 'shareName'),
  vsphereVolume: needs('volumePath'),
  portworxVolume: needs('volumeID'),
  azureDisk: needs('diskName', 'diskURI'),
  projected: checkProjected,
  csi: needs('driver'),
  ephemeral: checkClaim,
  image: needs('reference'),
};

/** Gives the names that containers may mount: a volume of two kinds is none. */
export function checkVolumes(report: Report, at: Place, spec: JsonObject): readonly string[] {
  const names: string[] = [];
  for (const [index, volume] of listAt(spec, 'volumes').filter(isJsonObject).entries()) {
    const here = at.item(index);
    const kinds = Object.keys(SOURCES).filter((kind) => isJsonObject(volume[kind]));
    const isClear = kinds.length <= 1;
    for (const [place, kind] of kinds.entries()) {
      if (place > 0) report.forbidden(here.field(kind), 'may not specify more than 1 volume type');
      else SOURCES[kind]?.(report, here.field(kind), objectAt(volume, kind));
    }
    const name = report.present(here.field('name'), volume.name);
    if (name === undefined) continue;
    const problems = dnsLabel(name);
    report.invalidFor(here.field('name'), name, problems);
    if (problems.length === 0 && names.includes(name)) report.duplicate(here.field('name'), name);
    if (isClear) names.push(name);
  }
  return names;
}
