/** Server-side apply: what is merged, who owns what, what conflicts, what goes. */
import type { Case } from '../case.ts';
import { LISTS } from './apply/deployment-lists.ts';
import { ORDER } from './apply/deployment-order.ts';
import { VALUES } from './apply/deployment-values.ts';
import { EACH } from './apply/each-kind.ts';
import { OWNERSHIP } from './apply/ownership.ts';
import { PRECONDITIONS, REFUSED } from './apply/preconditions.ts';
import { MORE } from './apply/statuses.ts';

export const APPLY: readonly Case[] = [
  ...EACH,
  ...OWNERSHIP,
  ...LISTS,
  ...ORDER,
  ...VALUES,
  ...PRECONDITIONS,
  ...REFUSED,
  ...MORE,
];
