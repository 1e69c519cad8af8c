/** What the chart makes of values, as `helm template` has it: without a cluster. */
import { dump, loadAll } from 'js-yaml';
import { inject } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../tools/values-comments.ts';
import { CHART, type Run, runTool } from './tool.ts';

export const RELEASE = 'web';
export const NAMESPACE = 'ops';
/** Of every object: `<release>-<chart>`. */
export const FULL_NAME = 'web-ddprofiler-rc';

/** @param values beside the chart's own; YAML, or what it says */
export function helmTemplate(values: string | JsonObject = {}): Promise<Run> {
  const text = typeof values === 'string' ? values : dump(values);
  return runTool(inject('tools').helm, ['template', RELEASE, CHART, '--namespace', NAMESPACE, '--values', '-'], text);
}

export async function render(values: string | JsonObject = {}): Promise<readonly JsonObject[]> {
  const { isWell, stdout, said } = await helmTemplate(values);
  if (!isWell) throw new Error(said);
  return loadAll(stdout).filter(isJsonObject);
}

export function ofKind(objects: readonly JsonObject[], kind: string): readonly JsonObject[] {
  return objects.filter((one) => one.kind === kind);
}

/** The one of that kind. */
export function the(objects: readonly JsonObject[], kind: string): JsonObject {
  const [first, ...more] = ofKind(objects, kind);
  if (first === undefined || more.length > 0)
    throw new Error(`there are ${ofKind(objects, kind).length} objects of kind ${kind}, not 1`);
  return first;
}

/** What lies at that path; an index of a list is a step too. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((from, step) => {
    if (Array.isArray(from) && typeof step === 'number') return from[step];
    return isJsonObject(from) ? from[step] : undefined;
  }, value);
}

export function listAt(value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export const nameOf = (object: Json | undefined): string => String(at(object, 'metadata', 'name'));
export const namespaceOf = (object: Json | undefined): string => String(at(object, 'metadata', 'namespace'));

export const podOf = (objects: readonly JsonObject[]): Json | undefined => at(the(objects, 'Deployment'), 'spec', 'template');

/** The environment of the operator's container. */
export function environmentOf(objects: readonly JsonObject[]): Readonly<Record<string, Json>> {
  const variables = listAt(podOf(objects), 'spec', 'containers', 0, 'env');
  return Object.fromEntries(variables.map((one) => [String(at(one, 'name')), at(one, 'value') ?? null]));
}
