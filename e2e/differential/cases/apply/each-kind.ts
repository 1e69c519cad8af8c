/** Server-side apply of one object of each kind. */
import type { Case } from '../../case.ts';
import { EACH_KIND } from '../../manifests.ts';
import { apply, get } from '../../steps.ts';

export const EACH: readonly Case[] = EACH_KIND.map(([resource, name, body]) => ({
  name: `creates one of ${resource}, and again changes nothing`,
  pods: resource === 'pods',
  steps: [apply('one', resource, name, body), apply('one', resource, name, body), get(resource, name)],
}));
