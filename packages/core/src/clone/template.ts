import { isJsonArray, isJsonObject, type Json, type JsonObject, listAt, objectAt, stringAt } from '../json.ts';
import type { Rule } from '../rules/rule.ts';
import { changedContainer, withValues } from './container.ts';
import { collapseMembers } from './list-keys.ts';
import { CLONE_LABEL, cloneLabelValue } from './mark.ts';

/** Set by the Deployment controller on the pods of each ReplicaSet; never part of a template that a person wrote. */
const TEMPLATE_HASH_LABEL = 'pod-template-hash';

/**
 * The source's pod template with the rule's changes: `image` and `env` of one container, and the clone label on the pods.
 * Everything else is the source's, fields of newer API servers included.
 */
export function cloneTemplate(template: JsonObject, rule: Rule, cloneName: string, containerName: string): JsonObject {
  const { metadata: _, spec: __, ...rest } = template;
  const { [TEMPLATE_HASH_LABEL]: ___, ...labels } = objectAt(template, 'metadata', 'labels');
  const containers = listAt(template, 'spec', 'containers').map(
    (container): Json =>
      withValues(
        isJsonObject(container) && stringAt(container, 'name') === containerName ? changedContainer(container, rule) : container,
      ),
  );
  const { initContainers } = objectAt(template, 'spec');
  const initial = isJsonArray(initContainers) ? { initContainers: initContainers.map(withValues) } : {};
  return collapseMembers({
    ...rest,
    metadata: { ...objectAt(template, 'metadata'), labels: { ...labels, [CLONE_LABEL]: cloneLabelValue(cloneName) } },
    spec: { ...objectAt(template, 'spec'), containers, ...initial },
  });
}
