import type { Json, JsonObject } from '../kube/json.ts';
import { DNS_LABEL, isDnsLabel, isLabelKey, LABEL_KEY } from '../kube/names.ts';
import { type Moment, parseMoment } from './moment.ts';
import type { Report } from './report.ts';
import { MAX_REPLICAS, parseScaleFactor, type ScaleFactor } from './scale-factor.ts';
import { found, textOf, type YamlNode } from './yaml-node.ts';

/** How the value of a field is read from the rules text, written back, and described to an editor. */
export interface ValueKind<T> {
  /** `undefined` after reporting an error. */
  readonly read: (node: YamlNode, report: Report) => T | undefined;
  /** The value in a form that `read` accepts. */
  readonly write: (value: T) => Json;
  /** JSON Schema (2020-12) of what `read` accepts, as far as a schema can say it. */
  readonly schema: JsonObject;
}

const asIs = (value: Json): Json => value;

/** What an unquoted or a quoted scalar may come as, to a validator that reads YAML its own way. */
const SCALAR: JsonObject = { type: ['string', 'number', 'boolean'] };

export const SCALE_FACTOR: ValueKind<ScaleFactor> = {
  read: (node, report) =>
    parseScaleFactor(textOf(node) ?? '') ?? refuse(report, node, 'a number ≥ 0 of at most 40 digits, such as 0.5'),
  write: (factor) => factor.text,
  schema: {
    anyOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: '^\\s*\\+?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?\\s*$' },
    ],
  },
};

export const TEXT: ValueKind<string> = {
  read: (node, report) => textOf(node) ?? refuse(report, node, 'a text'),
  write: asIs,
  schema: SCALAR,
};

export const IMAGE: ValueKind<string> = {
  read: (node, report) => {
    const text = textOf(node);
    return text !== undefined && /^\S+$/.test(text)
      ? text
      : refuse(report, node, 'the name of an image: a text without white space');
  },
  write: asIs,
  schema: SCALAR,
};

export const CONTAINER_NAME: ValueKind<string> = {
  read: (node, report) => {
    const text = textOf(node);
    return text !== undefined && isDnsLabel(text) ? text : refuse(report, node, `the name of a container: ${DNS_LABEL}`);
  },
  write: asIs,
  schema: SCALAR,
};

export const REPLICAS: ValueKind<number> = {
  read: (node, report) => {
    const text = textOf(node)?.trim() ?? '';
    const number = /^\d{1,10}$/.test(text) ? Number(text) : undefined;
    return number !== undefined && number <= MAX_REPLICAS
      ? number
      : refuse(report, node, `a whole number from 0 to ${MAX_REPLICAS}`);
  },
  write: asIs,
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: MAX_REPLICAS },
      { type: 'string', pattern: '^\\s*\\d{1,10}\\s*$' },
    ],
  },
};

/** As YAML writes them; any case, as with YAML 1.1. */
export const FLAG: ValueKind<boolean> = {
  read: (node, report) => {
    const text = textOf(node)?.toLowerCase();
    if (text !== 'true' && text !== 'false') return refuse(report, node, 'true or false');
    return text === 'true';
  },
  write: asIs,
  schema: { anyOf: [{ type: 'boolean' }, { enum: ['true', 'false', 'True', 'False'] }] },
};

export const MOMENT: ValueKind<Moment> = {
  read: (node, report) => {
    const moment = parseMoment(textOf(node)?.trim() ?? '');
    return moment ?? refuse(report, node, 'a time as RFC 3339 has it, such as 2026-12-24T18:00:00Z');
  },
  write: ({ text }) => text,
  schema: { type: 'string', format: 'date-time' },
};

export const LABEL_KEYS: ValueKind<readonly string[]> = {
  read: (node, report) => {
    const items = node.kind === 'sequence' ? node.items : [node];
    const keys = items.map((item) => {
      const text = textOf(item);
      return text !== undefined && isLabelKey(text) ? text : refuse(report, item, `the key of a label: ${LABEL_KEY}`);
    });
    const valid = keys.filter((key) => key !== undefined);
    return valid.length < keys.length ? undefined : [...new Set(valid)];
  },
  write: asIs,
  schema: { anyOf: [SCALAR, { type: 'array', items: SCALAR }] },
};

/** Texts that may be secrets: no message quotes them. */
export const ARGUMENTS: ValueKind<readonly string[]> = {
  read: (node, report) => {
    if (node.kind !== 'sequence') return refuseKind(report, node);
    const texts = node.items.map((item) => textOf(item) ?? refuseKind(report, item));
    const valid = texts.filter((text) => text !== undefined);
    return valid.length < texts.length ? undefined : valid;
  },
  write: asIs,
  schema: { type: 'array', items: SCALAR },
};

function refuseKind(report: Report, node: YamlNode): undefined {
  report('error', node, 'accepted is a list of texts');
}

export function oneOf<Value extends string>(values: readonly Value[]): ValueKind<Value> {
  return {
    read: (node, report) => {
      const text = textOf(node);
      return values.find((value) => value === text) ?? refuse(report, node, `one of ${values.join(', ')}`);
    },
    write: asIs,
    schema: { enum: values },
  };
}

function refuse(report: Report, node: YamlNode, accepted: string): undefined {
  report('error', node, `${found(node)} is not ${accepted}`);
}
