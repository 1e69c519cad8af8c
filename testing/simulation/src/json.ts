import { isJsonArray, isJsonObject, type Json, type JsonObject } from '@ddprofiler-rc/core';

/** A copy of `root` with the value at `path` made by `change`; objects on the way are made where absent. */
export function changedAt(
  root: JsonObject,
  path: readonly string[],
  change: (value: Json | undefined) => Json | undefined,
): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) return root;
  const member = root[step];
  const next = rest.length === 0 ? change(member) : changedAt(isJsonObject(member) ? member : {}, rest, change);
  if (next !== undefined) return { ...root, [step]: next };
  const { [step]: _, ...others } = root;
  return others;
}

/** A copy of `root` with the first container of its pod template changed. */
export function withFirstContainer(root: JsonObject, change: (container: JsonObject) => JsonObject): JsonObject {
  return changedAt(root, ['spec', 'template', 'spec', 'containers'], (containers) => {
    if (!isJsonArray(containers)) return containers;
    const [first, ...others] = containers;
    return isJsonObject(first) ? [change(first), ...others] : containers;
  });
}
