import { EmbeddedCluster, type Policy } from '@ddprofiler-rc/cluster-sim';
import type { SimulatedClock } from './clock.ts';
import { Draw } from './draw.ts';
import type { Invariant } from './invariants.ts';
import { LeaseWarden } from './lease-warden.ts';
import { BINDING_CRD, namespaceManifest } from './manifests.ts';
import type { NetworkParts } from './network.ts';
import { SimulatedOperator } from './operator.ts';
import { People } from './people.ts';
import { type Action, BINDING, CONFIG_MAPS, type Mode, type Plan, type RulesDraft } from './plan.ts';
import { rulesText } from './rules-text.ts';
import { StaleStates } from './stale-states.ts';
import { MemoryLog } from './stored-memory.ts';
import { meaningOf, type RuleSet, readTruth, type Truth } from './truth.ts';
import { Warden } from './wardens.ts';
import { Weather } from './weather.ts';
import { admitBy } from './webhook.ts';
import type { Witness } from './witness.ts';

export interface StageParts {
  readonly plan: Plan;
  readonly mode: Mode;
  readonly clock: SimulatedClock;
  readonly tell: (line: string) => void;
  readonly complain: (invariant: Invariant, message: string) => void;
}

const PLACES = ['a', 'b', 'c'] as const;

/** How long a crashed operator is down: its pod is started anew. */
const CRASH_LOOP_MS = { least: 0, most: 10_000 };

/** Everything that takes part in one history: the cluster, its people, the operators and their lines, and who watches them. */
export class Stage {
  readonly cluster: EmbeddedCluster;
  readonly warden: Warden;
  readonly plan: Plan;
  readonly #parts: StageParts;
  readonly #network: NetworkParts;
  readonly #people: People;
  readonly #meanings = new Map<string, RuleSet | undefined>();
  readonly #memory: MemoryLog;
  readonly #downtime: Draw;
  /** By their place, `a`, `b` or `c`: who lives there now. */
  readonly #operators = new Map<string, SimulatedOperator>();
  readonly #witnesses: Witness[] = [];
  #lives = 0;
  #lastRules: RulesDraft = { kind: 'rules', rules: [] };
  #hasEnded = false;

  constructor(parts: StageParts) {
    const { plan, mode, clock, tell, complain } = parts;
    const { seed } = plan;
    this.#parts = parts;
    this.plan = plan;
    const weather = new Weather(plan, mode, clock.now);
    const policy: Policy = {
      authorize: ({ user, verb, resource }) => !user.startsWith('operator:') || !weather.isRevoked(verb, resource),
      ...(plan.webhook === undefined ? {} : { admit: admitBy(plan.webhook) }),
    };
    this.cluster = new EmbeddedCluster({ now: clock.clusterTime, policy, pods: false });
    const memory = new MemoryLog(this.cluster, clock.now);
    this.#memory = memory;
    this.warden = new Warden({ plan, cluster: this.cluster, meanings: this.#meanings, memory, now: clock.now, complain });
    const leaseWarden = new LeaseWarden({ cluster: this.cluster, isElected: plan.elected, now: clock.now, complain });
    this.#people = new People(this.cluster);
    this.#downtime = Draw.of(seed, 'downtime');
    this.#network = {
      seed,
      cluster: this.cluster,
      weather,
      stale: new StaleStates(this.cluster, clock.clusterTime, policy),
      clusterTime: clock.clusterTime,
      trace: tell,
      onBegun: leaseWarden.onBegun,
      onCarriedOut: (what) => {
        leaseWarden.onCarriedOut(what);
        this.warden.onCarriedOut(what);
      },
    };
  }

  /** Makes the world, starts the operators, and sets every action of the plan to its time. */
  begin(): void {
    this.#setUp();
    for (const { at, action } of this.plan.actions) {
      if (at === 0) this.act(action);
      else setTimeout(() => this.act(action), at);
    }
    for (const place of PLACES.slice(0, this.plan.operators)) this.#start(place);
  }

  act(action: Action): void {
    if (this.#hasEnded) return;
    this.#parts.tell(`people: ${JSON.stringify(action)}`);
    if (action.do === 'rules') {
      const text = rulesText(action.draft);
      if (!this.#meanings.has(text)) this.#meanings.set(text, meaningOf(action.draft));
      if (action.draft.kind === 'rules') this.#lastRules = action.draft;
    }
    switch (action.do) {
      case 'jumpDate':
        this.#parts.clock.jumpDate(action.byMs);
        return;
      case 'restartOperator':
        this.#restart(action);
        return;
      default:
        this.#people.carryOut(action);
    }
    if (action.do === 'editMemory' && action.what !== 'note') this.#memory.spoiled();
  }

  /** The operator's machine gets the right time again. */
  putClockRight(): void {
    this.act({ do: 'jumpDate', byMs: this.#parts.clock.clusterTime() - Date.now() });
  }

  /** Somebody mends what keeps the operator from its rules: the last ones that could be read are there again. */
  restoreRules(): void {
    this.act({ do: 'rules', draft: this.#lastRules, configMap: CONFIG_MAPS[0] });
    this.act({ do: 'bind', configMap: CONFIG_MAPS[0] });
  }

  truth(): Truth {
    return readTruth(this.cluster.state, this.#meanings);
  }

  get operators(): readonly SimulatedOperator[] {
    return [...this.#operators.values()];
  }

  get now(): number {
    return this.#parts.clock.now();
  }

  complain(invariant: Invariant, message: string): void {
    this.#parts.complain(invariant, message);
  }

  check(): void {
    for (const { witness } of this.#operators.values()) witness.check();
  }

  /** Replays the journal of every life. After {@link end}. */
  async replay(): Promise<void> {
    for (const witness of this.#witnesses) await witness.replayed();
  }

  end(): void {
    this.#hasEnded = true;
    for (const operator of this.#operators.values()) operator.kill();
    this.cluster.stop();
  }

  #setUp(): void {
    const post = (path: string, body: ReturnType<typeof namespaceManifest>) => {
      const request = {
        method: 'POST',
        path,
        query: {},
        contentType: 'application/json',
        body,
        user: 'person',
        userAgent: 'setup',
      } as const;
      const answer = this.cluster.request(request);
      if (answer.kind !== 'whole' || answer.status !== 201)
        throw new Error(`the world cannot be made: POST ${path} → ${JSON.stringify(answer)}`);
    };
    post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', BINDING_CRD);
    for (const namespace of [BINDING.namespace, ...this.plan.namespaces])
      post('/api/v1/namespaces', namespaceManifest(namespace));
  }

  #start(place: string): void {
    if (this.#hasEnded) return;
    this.#lives += 1;
    const name = `${place}${this.#lives}`;
    this.#parts.tell(`operator ${name} starts`);
    const operator = new SimulatedOperator(name, {
      plan: this.plan,
      meanings: this.#meanings,
      memory: this.#memory,
      network: this.#network,
      now: this.#parts.clock.now,
      complain: this.#parts.complain,
      onCrash: () => this.#startLater(place, name, this.#downtime.int(CRASH_LOOP_MS.least, CRASH_LOOP_MS.most)),
    });
    this.#operators.set(place, operator);
    this.#witnesses.push(operator.witness);
  }

  #startLater(place: string, former: string, downMs: number): void {
    this.#operators.delete(place);
    this.#parts.tell(`operator ${former} is gone`);
    setTimeout(() => this.#start(place), downMs);
  }

  #restart({ how, downMs, whom }: Action & { readonly do: 'restartOperator' }): void {
    const all = [...this.#operators];
    const first = (whom === 'leader' ? all.find(([, operator]) => operator.leads) : undefined) ?? all[0];
    if (first === undefined) return;
    const [place, operator] = first;
    if (how === 'kill') {
      operator.kill();
      this.#startLater(place, operator.name, downMs);
      return;
    }
    // While it drains it is no longer the one that lives here, so that it is not told to stop twice.
    this.#operators.delete(place);
    void operator.stop().then(() => this.#startLater(place, operator.name, downMs));
  }
}
