/**
 * What befalls the machines of a chaos run, one thing at a time, drawn from a seed. Each is begun, lasts a while and is ended again, also
 * where the run is over meanwhile: when `act` resolves, everything is up and every right is restored.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../faults/random.ts';
import { type ChaosCluster, setRights } from './cluster.ts';
import type { ChaosOperator } from './operators.ts';

export type Mischief = {
  /** Does one thing from beginning to end. */
  readonly act: () => Promise<void>;
  readonly counts: ReadonlyMap<string, number>;
};

type Context = {
  readonly cluster: ChaosCluster;
  readonly operators: readonly ChaosOperator[];
  readonly random: Random;
  /** Resolves when the run is over: nothing lasts longer. */
  readonly over: Promise<void>;
  readonly tell: (line: string) => void;
};

export const makeMischief = ({ cluster, operators, random, over, tell }: Context): Mischief => {
  const counts = new Map<string, number>();
  const { controlPlane, api } = cluster;
  const lasts = (least: number, most: number): Promise<void> => Promise.race([delay(random.int(least, most)), over]);
  const someone = (): ChaosOperator => random.pick(operators);

  const killApiServer = async (): Promise<void> => {
    await controlPlane.killApiServer();
    await lasts(0, 4_000);
    await controlPlane.startApiServer();
  };
  const killEtcd = async (): Promise<void> => {
    await controlPlane.killEtcd();
    await lasts(0, 4_000);
    await controlPlane.startEtcd();
  };
  /** The API server ends when it starts without etcd: it comes second. */
  const killBoth = async (): Promise<void> => {
    await Promise.all([controlPlane.killApiServer(), controlPlane.killEtcd()]);
    await lasts(0, 3_000);
    await controlPlane.startEtcd();
    await controlPlane.startApiServer();
  };
  const killOperator = async (): Promise<void> => {
    const operator = someone();
    await operator.kill();
    await lasts(0, 5_000);
    await operator.start();
  };
  const stopOperator = async (): Promise<void> => {
    const operator = someone();
    await operator.stop();
    await lasts(0, 3_000);
    await operator.start();
  };
  // Longer than a Lease lasts, at times: who led then must find that out before it writes.
  const freezeOperator = async (): Promise<void> => {
    const operator = someone();
    operator.freeze();
    await lasts(500, random.chance(0.4) ? 25_000 : 6_000);
    operator.thaw();
  };
  const darken = async (): Promise<void> => {
    const { proxy } = someone();
    proxy.darken();
    await lasts(500, random.chance(0.4) ? 25_000 : 6_000);
    proxy.lighten();
  };
  const revoke = async (): Promise<void> => {
    const { user } = someone();
    await setRights(api, user, random.pick(['reading', 'none']));
    await lasts(1_000, 6_000);
    await setRights(api, user, 'all');
  };

  const ACTIONS: readonly (readonly [weight: number, action: readonly [name: string, act: () => Promise<void>]])[] = [
    [4, ['kill the operator', killOperator]],
    [2, ['stop the operator in order', stopOperator]],
    [3, ['freeze the operator', freezeOperator]],
    [3, ['kill the API server', killApiServer]],
    [2, ['kill etcd', killEtcd]],
    [1, ['kill API server and etcd', killBoth]],
    [3, ['revoke rights', revoke]],
    [3, ['compact etcd', () => cluster.compact()]],
    [3, ['let no byte pass', darken]],
    [2, ['reset all connections', async () => someone().proxy.resetConnections()]],
  ];
  return {
    counts,
    act: async () => {
      const [name, act] = random.weighted(ACTIONS) ?? ['nothing', async () => {}];
      tell(name);
      await act();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
  };
};
