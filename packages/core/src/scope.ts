import type { Limits } from './decide/guardrails/limits.ts';
import type { BindingName } from './objects/binding.ts';

/** What never changes while the operator runs. */
export interface Scope {
  readonly binding: BindingName;
  /** Where sources and clones may be; `*` stands for every namespace. */
  readonly namespaces: '*' | readonly string[];
  readonly limits: Limits;
}
