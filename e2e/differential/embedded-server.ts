/** The embedded API server, called in this process. */
import type { EmbeddedCluster, Json, Policy, Request, WatchEvent } from '@ddprofiler-rc/cluster-sim';
import type { Question, Server, Told } from './server.ts';

/** The administrator's name; every other user may do nothing, as on a cluster where no role was bound to them. */
const ADMIN = 'admin';

export const POLICY: Policy = { authorize: ({ user }) => user === ADMIN };

export function embeddedServer(cluster: EmbeddedCluster): Server {
  const put = (question: Question) => cluster.request(requestOf(question));
  return {
    name: 'embedded',
    ask: async (question) => {
      const answer = put(question);
      if (answer.kind === 'watch') throw new Error(`${question.path} was answered by a watch`);
      return told(answer);
    },
    watch: async (question) => {
      const answer = put(question);
      if (answer.kind === 'whole') return { kind: 'refused', told: told(answer) };
      let { cursor } = answer;
      let pending: WatchEvent[] = [];
      let closed = false;
      return {
        kind: 'open',
        next: async () => {
          for (;;) {
            const first = pending.shift();
            if (first !== undefined) return { type: first.type, object: first.object };
            if (cursor.ended || closed) return undefined;
            const read = cluster.readWatch(cursor);
            cursor = read.cursor;
            pending = [...read.events];
            if (pending.length === 0 && !cursor.ended) await changeOf(cluster, cursor.endsAt - Date.now());
          }
        },
        close: () => {
          closed = true;
        },
      };
    },
  };
}

/** Resolves at the next change, or when the watch's time is over. */
function changeOf(cluster: EmbeddedCluster, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      leave();
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, Math.min(limitMs, 2 ** 31 - 1)));
    const leave = cluster.onChange(done);
  });
}

function told(answer: {
  readonly status: number;
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
}): Told {
  return { status: answer.status, body: answer.body, warning: answer.headers?.warning };
}

function requestOf({ contentType, accept, body, user, ...rest }: Question): Request {
  return {
    ...rest,
    user: user ?? ADMIN,
    ...(contentType === undefined ? {} : { contentType }),
    ...(accept === undefined ? {} : { accept }),
    ...(body === undefined ? {} : { body }),
  };
}
