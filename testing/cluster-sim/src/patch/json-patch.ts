import { applyPatch, type Operation, Pointer } from 'rfc6902';
import { isJsonArray, isJsonObject, type Json, type JsonObject, stringAt } from '../json.ts';
import { badRequest, type Patched, type Refusal } from './patched.ts';

const REFUSED: Refusal = {
  status: 422,
  reason: 'Invalid',
  message: 'the server rejected our request due to an error in our request',
};

/**
 * JSON patch (RFC 6902), as lax as the API server is: an absent member can be replaced, an absent value is null,
 * and testing an absent member for null succeeds.
 */
export function jsonPatched(object: JsonObject, patch: Json): Patched {
  if (patch === null) return { object };
  if (!isJsonArray(patch))
    return badRequest(
      `error decoding patch: json: cannot unmarshal ${typeName(patch)} into Go value of type []handlers.jsonPatchOp`,
    );
  const stranger = patch.find((operation) => operation !== null && !isJsonObject(operation));
  if (stranger !== undefined)
    return badRequest(
      `error decoding patch: json: cannot unmarshal ${typeName(stranger)} into Go value of type handlers.jsonPatchOp`,
    );
  const root: { object: Json } = { object: structuredClone(object) };
  for (const step of patch) {
    if (isJsonObject(step) && step.path === '' && (step.op === 'add' || step.op === 'replace')) {
      root.object = step.value ?? null;
      continue;
    }
    const operation = operationOf(step, root.object);
    if (operation === 'done') continue;
    if (operation === undefined) return REFUSED;
    try {
      if (applyPatch(root.object, [operation]).some((failure) => failure !== null)) return REFUSED;
    } catch {
      return REFUSED; // a pointer that is none
    }
  }
  return isJsonObject(root.object) ? { object: root.object } : REFUSED;
}

function operationOf(step: Json, object: Json): Operation | 'done' | undefined {
  if (!isJsonObject(step)) return undefined;
  const [path, from] = [stringAt(step, 'path'), stringAt(step, 'from')];
  const value = step.value ?? null;
  if (path === undefined || !path.startsWith('/')) return undefined;
  const isMember = isJsonObject(parentOf(object, path));
  switch (step.op) {
    case 'add':
      return { op: 'add', path, value };
    case 'replace':
      return { op: isMember ? 'add' : 'replace', path, value };
    case 'test':
      return value === null && isMember && targetOf(object, path) === undefined ? 'done' : { op: 'test', path, value };
    case 'remove':
      return { op: 'remove', path };
    case 'move':
      return from === undefined ? undefined : { op: 'move', from, path };
    case 'copy':
      if (from === undefined) return undefined;
      // What is copied of a member that there is not is null.
      return targetOf(object, from) === undefined && isJsonObject(parentOf(object, from))
        ? { op: 'add', path, value: null }
        : { op: 'copy', from, path };
    default:
      return undefined;
  }
}

function parentOf(object: Json, path: string): Json | undefined {
  const parent: Json | undefined = Pointer.fromJSON(path).evaluate(object).parent;
  return parent;
}

function targetOf(object: Json, path: string): Json | undefined {
  const value: Json | undefined = Pointer.fromJSON(path).evaluate(object).value;
  return value;
}

function typeName(value: Json): string {
  if (isJsonArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
