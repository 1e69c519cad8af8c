/** Types of the API: the built-in ones as a real API server publishes them, and those that CustomResourceDefinitions bring. */
export { schemaOf, schemaOfCrd } from './kinds.ts';
export { type Decoder, type Reading, readFields } from './read.ts';
export type { Field, ListShape, ObjectShape, Resets, Scalar, Schema } from './schema.ts';
export { writtenOut } from './written-out.ts';
