/** Reading the API server's JSON: what is not there is empty. */

export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The mapping at a path, or an empty one. */
export const at = (value: unknown, ...path: readonly string[]): JsonRecord => {
  let here: unknown = value;
  for (const name of path) here = isRecord(here) ? here[name] : undefined;
  return isRecord(here) ? here : {};
};

/** The list at a path, or an empty one. */
export const listAt = (value: unknown, ...path: readonly string[]): readonly unknown[] => {
  const name = path.at(-1);
  const here = name === undefined ? value : at(value, ...path.slice(0, -1))[name];
  return Array.isArray(here) ? here : [];
};

/** The text at a path, or an empty one. */
export const textAt = (value: unknown, ...path: readonly string[]): string => {
  const name = path.at(-1);
  const here = name === undefined ? value : at(value, ...path.slice(0, -1))[name];
  return typeof here === 'string' ? here : '';
};
