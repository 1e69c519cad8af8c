import { Gauge, type Registry } from 'prom-client';

export interface LeadershipView {
  /** Of the Lease. */
  readonly name: string;
  readonly leads: boolean;
}

/** leader_election_*, as client-go has it. Without leader election there is no value. */
export function leadershipMetrics(register: Registry) {
  const status = new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this operator leads: 1 if so, 0 where it stands by. The name is that of the Lease.',
    labelNames: ['name'],
    registers: [register],
  });

  return {
    show: ({ name, leads }: LeadershipView): void => status.set({ name }, leads ? 1 : 0),
  };
}
