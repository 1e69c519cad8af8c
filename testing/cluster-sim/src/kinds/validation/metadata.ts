import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import { Place, type Report } from './report.ts';
import { dotlessLabel, type Form, labelValue, qualifiedName, subdomain } from './text.ts';

const MOST_ANNOTATIONS = 256 * 1024;

/** Kinds whose names stand in DNS. */
const NAMES: Readonly<Record<string, Form>> = { Service: dotlessLabel, Namespace: dotlessLabel };

const STANDARD_FINALIZERS: readonly string[] = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** What every object has. */
export function checkMetadata(report: Report, kind: string, object: JsonObject): void {
  const metadata = objectAt(object, 'metadata');
  const at = new Place('metadata');
  const form = NAMES[kind] ?? subdomain;
  const prefix = stringAt(metadata, 'generateName') ?? '';
  // What is drawn is put after it, so that it may end as a name may not.
  if (prefix !== '')
    report.invalidFor(at.field('generateName'), prefix, form(prefix.endsWith('-') ? `${prefix.slice(0, -1)}a` : prefix));
  const name = stringAt(metadata, 'name') ?? '';
  if (name === '') report.required(at.field('name'), 'name or generateName is required');
  else report.invalidFor(at.field('name'), name, form(name));
  const generation = numberAt(metadata, 'generation') ?? 0;
  if (generation < 0) report.invalid(at.field('generation'), generation, 'must be greater than or equal to 0');
  checkLabels(report, at.field('labels'), objectAt(metadata, 'labels'));
  checkAnnotations(report, at.field('annotations'), objectAt(metadata, 'annotations'));
  checkOwners(report, at.field('ownerReferences'), metadata);
  checkFinalizers(report, at.field('finalizers'), metadata);
}

export function checkLabels(report: Report, at: Place, labels: JsonObject): void {
  for (const key in labels) {
    report.invalidFor(at, key, qualifiedName(key));
    const value = labels[key];
    if (typeof value === 'string') report.invalidFor(at, value, labelValue(value));
  }
}

/** Their names may have capitals in the domain. */
export function checkAnnotations(report: Report, at: Place, annotations: JsonObject): void {
  let size = 0;
  for (const key in annotations) {
    report.invalidFor(at, key, qualifiedName(key.toLowerCase()));
    const value = annotations[key];
    size += key.length + (typeof value === 'string' ? value.length : 0);
  }
  if (size > MOST_ANNOTATIONS) report.tooLong(at, MOST_ANNOTATIONS);
}

const OWNER_FIELDS = ['apiVersion', 'kind', 'name', 'uid'] as const;

function checkOwners(report: Report, at: Place, metadata: JsonObject): void {
  const references = listAt(metadata, 'ownerReferences').filter(isJsonObject);
  for (const [index, reference] of references.entries()) {
    const here = at.item(index);
    for (const field of OWNER_FIELDS) {
      const value = report.present(here.field(field), reference[field], 'must not be empty');
      if (field === 'apiVersion' && value !== undefined && value.split('/').length > 2)
        report.invalid(here.field(field), value, 'must be <group>/<version> or <version>');
    }
    if (reference.apiVersion === 'v1' && reference.kind === 'Event')
      report.invalid(here, reference, '/v1, Kind=Event is disallowed from being an owner');
  }
  const [one, other] = references.filter(({ controller }) => controller === true).map(({ kind, name }) => `${kind}/${name}`);
  if (one !== undefined && other !== undefined)
    report.invalid(
      at,
      references,
      `Only one reference can have Controller set to true. Found "true" in references for ${one} and ${other}`,
    );
}

function checkFinalizers(report: Report, at: Place, metadata: JsonObject): void {
  const finalizers = listAt(metadata, 'finalizers').filter((finalizer) => typeof finalizer === 'string');
  for (const finalizer of finalizers) report.invalidFor(at, finalizer, qualifiedName(finalizer));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    report.invalid(at, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set');
  for (const [index, finalizer] of finalizers.entries())
    if (!finalizer.includes('/') && !STANDARD_FINALIZERS.includes(finalizer))
      report.invalid(at.item(index), finalizer, 'name is neither a standard finalizer name nor is it fully qualified');
}
