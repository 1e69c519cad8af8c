import type { JsonObject } from '@ddprofiler-rc/core';
import { isJsonObject, objectAt, valueAt } from '../json.ts';
import { badRequest } from './status-error.ts';

export type Matcher = (object: JsonObject) => boolean;

const everything: Matcher = () => true;

const KEY = String.raw`[A-Za-z0-9](?:[-\w./]*[A-Za-z0-9])?`;
const SET = new RegExp(String.raw`^(${KEY})\s+(in|notin)\s*\(([^()]*)\)$`);
const EQUALITY = new RegExp(String.raw`^(${KEY})\s*(==|=|!=)\s*([-\w.]*)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

/**
 * Which objects a label selector takes.
 *
 * | form | takes objects whose label |
 * | --- | --- |
 * | `a=b`, `a==b` | is b |
 * | `a!=b`, `a notin (b,c)` | is absent, or none of them |
 * | `a in (b,c)` | is one of them |
 * | `a`, `!a` | is there, is absent |
 *
 * @throws Refusal 400 for what is no selector
 */
export function labelMatcher(selector: string): Matcher {
  if (selector.trim() === '') return everything;
  const requirements = splitOutsideParentheses(selector).map((text) => requirement(text.trim(), selector));
  return (object) => {
    const labels = objectAt(object, 'metadata', 'labels');
    return requirements.every((fits) => fits(labels));
  };
}

function requirement(text: string, selector: string): Matcher {
  const set = SET.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    const isIn: Matcher = (labels) => typeof labels[key] === 'string' && values.has(labels[key]);
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const equality = EQUALITY.exec(text);
  if (equality !== null) {
    const [, key = '', operator, value] = equality;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const existence = EXISTENCE.exec(text);
  if (existence !== null) {
    const [, negation, key = ''] = existence;
    return (labels) => Object.hasOwn(labels, key) === (negation === '');
  }
  throw badRequest(`unable to parse requirement: ${JSON.stringify(text)} of the label selector ${JSON.stringify(selector)}`);
}

function splitOutsideParentheses(selector: string): readonly string[] {
  return selector.split(/,(?![^(]*\))/);
}

/** Fields that a selector may name, for every kind and for some: other ones are refused. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Namespace: ['status.phase'],
  ReplicaSet: ['status.replicas'],
};

/** @throws Refusal 400 for a field that objects of this kind cannot be selected by */
export function fieldMatcher(selector: string, kind: string): Matcher {
  if (selector.trim() === '') return everything;
  const terms = selector.split(',').map((text) => {
    const [, field = '', operator = '', value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(text.trim()) ?? [];
    if (operator === '') throw badRequest(`invalid selector: '${selector}'; can't understand '${text}'`);
    const isKnown = field === 'metadata.name' || field === 'metadata.namespace' || FIELDS[kind]?.includes(field) === true;
    if (!isKnown) throw badRequest(`field label not supported: ${field}`);
    const path = field.split('.');
    return (object: JsonObject) => (textAt(object, path) === value) === (operator !== '!=');
  });
  return (object) => terms.every((fits) => fits(object));
}

function textAt(object: JsonObject, path: readonly string[]): string {
  const value = valueAt(object, ...path);
  return value === undefined || value === null || isJsonObject(value) ? '' : String(value);
}
