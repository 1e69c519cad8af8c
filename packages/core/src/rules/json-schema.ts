import type { JsonObject } from '../kube/json.ts';
import { CONTAINER_FIELDS } from './container-fields.ts';
import { type FieldTable, propertiesOf } from './field-table.ts';
import { AMOUNTS_SCHEMA } from './resources.ts';
import { REQUIRED, RULE_FIELDS } from './rule-fields.ts';

/**
 * The JSON Schema (2020-12) of a rules text, for editors: made from the tables that read it. It says what a schema can say; names that collide
 * and the like are told by what reads the rules.
 */
export function rulesSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Rules of ddprofiler-rc',
    description: 'Namespace → deployments → source → one rule, or a list of rules.',
    type: 'object',
    additionalProperties: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        deployments: {
          type: ['object', 'null'],
          additionalProperties: {
            anyOf: [{ $ref: '#/$defs/rule' }, { type: 'array', items: { $ref: '#/$defs/rule' } }],
          },
        },
      },
    },
    $defs: {
      rule: {
        type: 'object',
        required: [...REQUIRED],
        additionalProperties: false,
        properties: schemasOf(RULE_FIELDS),
      },
      container: { type: 'object', additionalProperties: false, properties: schemasOf(CONTAINER_FIELDS) },
      amounts: AMOUNTS_SCHEMA,
    },
  };
}

function schemasOf<V>(fields: FieldTable<V>): JsonObject {
  return Object.fromEntries(
    propertiesOf(fields).flatMap((property) => {
      const { name, kind, meaning, formerly } = fields[property];
      const described = { ...kind.schema, description: meaning };
      const former =
        formerly === undefined ? [] : [[formerly, { ...kind.schema, description: `Use ${name}.`, deprecated: true }]];
      return [[name, described], ...former];
    }),
  );
}
