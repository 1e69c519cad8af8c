/** What to wait for with {@link World.eventually}: each says true, or what the Deployment has instead. */
import { type Deployment, envOf } from './world.ts';

export type Condition = (deployment: Deployment) => true | string;

/** The first container has exactly these variables, in any order. */
export function hasEnv(wanted: Readonly<Record<string, string>>): Condition {
  const textOf = (env: Readonly<Record<string, string>>) =>
    JSON.stringify(Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return (deployment) => textOf(envOf(deployment)) === textOf(wanted) || `its environment is ${textOf(envOf(deployment))}`;
}

/** The first container has this image. */
export function hasImage(wanted: string): Condition {
  return ({ spec }) => {
    const image = spec.template.spec.containers[0]?.image;
    return image === wanted || `its image is ${image}`;
  };
}

/** All of these, in one and the same state of the Deployment. */
export function all(...conditions: readonly Condition[]): Condition {
  return (deployment) => {
    const missing = conditions.map((condition) => condition(deployment)).filter((answer) => answer !== true);
    return missing.length === 0 || missing.join('; ');
  };
}
