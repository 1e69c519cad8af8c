import { equalJson, isJsonObject, type JsonObject, listAt, objectAt, stringAt, withoutValueAt, withValueAt } from '../json.ts';
import { type Client, isTerminating, type Kept, nameOf, namespaceOf, uidOf } from './client.ts';
import { selects } from './selects.ts';

/** The reference to the one owner that controls the object. */
export function controllerOf(object: JsonObject): JsonObject | undefined {
  return listAt(object, 'metadata', 'ownerReferences')
    .filter(isJsonObject)
    .find((reference) => reference.controller === true);
}

/** What an object that `owner` controls says of it. */
export function referenceTo(owner: JsonObject): JsonObject {
  return {
    apiVersion: stringAt(owner, 'apiVersion') ?? '',
    kind: stringAt(owner, 'kind') ?? '',
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/**
 * The objects that `owner` controls, after it has put its claims in order:
 *
 * | the object | then |
 * | --- | --- |
 * | is controlled by somebody else | is left alone |
 * | is controlled by the owner, which selects it | is one of them |
 * | is controlled by the owner, which selects it no more | is released, unless the owner goes |
 * | is controlled by nobody, and selected | is adopted, unless one of both goes |
 */
export function claimed(client: Client, owner: JsonObject, kept: Kept): readonly JsonObject[] {
  const selector = objectAt(owner, 'spec', 'selector');
  const uid = uidOf(owner);
  return client.list(kept, namespaceOf(owner)).flatMap((object) => {
    const controller = controllerOf(object);
    if (controller !== undefined && controller.uid !== uid) return [];
    const isSelected = selects(selector, objectAt(object, 'metadata', 'labels'));
    if (controller !== undefined) {
      if (isSelected) return [object];
      if (!isTerminating(owner)) release(client, object, uid, kept);
      return [];
    }
    if (!isSelected || isTerminating(owner) || isTerminating(object)) return [];
    const references = [...listAt(object, 'metadata', 'ownerReferences'), referenceTo(owner)];
    const adopted = client.update(kept, withValueAt(object, ['metadata', 'ownerReferences'], references));
    return adopted.kind === 'done' ? [adopted.object] : [];
  });
}

function release(client: Client, object: JsonObject, uid: string, kept: Kept): void {
  client.update(kept, withoutOwner(object, uid));
}

/** The object without its references to the owner. */
export function withoutOwner(object: JsonObject, uid: string): JsonObject {
  const references = listAt(object, 'metadata', 'ownerReferences');
  const left = references.filter((reference) => stringAt(reference, 'uid') !== uid);
  if (equalJson(left, references)) return object;
  return left.length === 0
    ? withoutValueAt(object, ['metadata', 'ownerReferences'])
    : withValueAt(object, ['metadata', 'ownerReferences'], left);
}
