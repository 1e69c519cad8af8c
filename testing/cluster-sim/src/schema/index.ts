/** Types of the API: the built-in ones as a real API server publishes them, and those that CustomResourceDefinitions bring. */
export { schemaOf, schemaOfCrd } from './kinds.ts';
export { type Decoder, readFields } from './read.ts';
export type { Schema } from './schema.ts';
export { writtenOut } from './written-out.ts';
