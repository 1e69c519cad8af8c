/** The embedded API server, behind its HTTP face. */
import type { EmbeddedCluster, Policy } from '@ddprofiler-rc/cluster-sim';
import { serveCluster } from '@ddprofiler-rc/cluster-sim/http';
import { httpServer } from './http-server.ts';
import type { ClosableServer } from './server.ts';

/** The administrator's name; every other user may do nothing, as on a cluster where no role was bound to them. */
const ADMIN = 'admin';

export const POLICY: Policy = { authorize: ({ user }) => user === ADMIN };

/** Whom a case may act as: their names are their tokens. */
const USERS = [ADMIN, 'nobody'];

export async function embeddedServer(cluster: EmbeddedCluster): Promise<ClosableServer> {
  const { url, close } = await serveCluster(cluster, { tokens: Object.fromEntries(USERS.map((user) => [user, user])) });
  return { ...httpServer('embedded', url, (user = ADMIN) => ({ authorization: `Bearer ${user}` })), close };
}
