import { isJsonObject, type Json, type JsonObject } from '../kube/json.ts';
import { isQuantity } from '../kube/quantity.ts';
import { quotedName } from './quoting.ts';
import type { Report } from './report.ts';
import type { ValueKind } from './value-kinds.ts';
import { found, isNull, jsonOf, kindOf, textOf, type YamlNode } from './yaml-node.ts';

/**
 * `resources`, as Kubernetes' `ResourceRequirements` has it. Amounts keep their text, so that `cpu: 1` is what the API server stores: `"1"`.
 *
 *   resources: {requests: {cpu: 100m}, limits: {memory: 1Gi}}
 */
export const RESOURCES: ValueKind<JsonObject> = {
  read: (node, report) => {
    if (node.kind !== 'mapping') return refuse(report, node, `${kindOf(node)}; accepted is a mapping with requests and limits`);
    const members: [string, Json | undefined][] = node.entries.map(({ key, value }) => {
      if (key.text === 'limits' || key.text === 'requests') return [key.text, readAmounts(value, report)];
      if (key.text === 'claims') return [key.text, jsonOf(value)];
      return [key.text, refuse(report, key, `unknown member ${quotedName(key.text)}; accepted are limits, requests and claims`)];
    });
    const read: Record<string, Json> = {};
    for (const [name, value] of members) {
      if (value === undefined) return undefined;
      if (!isJsonObject(value) || Object.keys(value).length > 0) read[name] = value;
    }
    return read;
  },
  write: (resources) => resources,
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: { limits: { $ref: '#/$defs/amounts' }, requests: { $ref: '#/$defs/amounts' }, claims: { type: 'array' } },
  },
};

/** The definition that {@link RESOURCES}' schema refers to. */
export const AMOUNTS_SCHEMA: JsonObject = { type: 'object', additionalProperties: { type: ['string', 'number'] } };

function readAmounts(node: YamlNode, report: Report): JsonObject | undefined {
  if (isNull(node)) return {};
  if (node.kind !== 'mapping') return refuse(report, node, `${kindOf(node)}; accepted is a mapping of resources to amounts`);
  const amounts: Record<string, string> = {};
  for (const { key, value } of node.entries) {
    const text = textOf(value);
    if (text === undefined || !isQuantity(text))
      return refuse(report, value, `${found(value)} is not an amount, such as 100m or 1Gi`);
    amounts[key.text] = text;
  }
  return amounts;
}

function refuse(report: Report, at: { readonly line: number; readonly column: number }, message: string): undefined {
  report('error', at, message);
}
