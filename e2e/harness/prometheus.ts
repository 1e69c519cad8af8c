/** A real Prometheus that scrapes operators under test every second, with the chart's alerts as its rules. */
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildPlace } from '@ddprofiler-rc/control-plane/build';
import { temporaryDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';
import { answersOk } from '@ddprofiler-rc/control-plane/http';
import { launch } from '@ddprofiler-rc/control-plane/launch';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import { installPrometheus } from '../../charts/tests/linters.ts';

/** One series of an answer: its labels, and its value now. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface AlertState {
  readonly name: string;
  /** `inactive`, `pending` or `firing`. */
  readonly state: string;
  /** `ok`, or what is wrong with the rule. */
  readonly health: string;
}

export interface Prometheus {
  query(expr: string): Promise<readonly Sample[]>;
  alerts(): Promise<readonly AlertState[]>;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** `host:port` of each operator. */
  readonly targets: readonly string[];
  /** That all of their series get. */
  readonly labels: Readonly<Record<string, string>>;
  /** Text of a rules file. */
  readonly rules: string;
}

export async function startPrometheus({ targets, labels, rules }: PrometheusOptions): Promise<Prometheus> {
  const { prometheus } = await installPrometheus(
    join(buildPlace(process.env, homedir()).cache, '..', 'chart'),
    onScreen,
    process.env,
  );
  const directory = await temporaryDirectory('ddprofiler-rc-prometheus-');
  await writeFile(join(directory, 'rules.yaml'), rules);
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yaml'],
    scrape_configs: [{ job_name: 'operator', static_configs: [{ targets, labels }] }],
  };
  // JSON is YAML.
  await writeFile(join(directory, 'prometheus.yaml'), JSON.stringify(config));
  const { process: running, ports } = await launch(
    {
      name: 'prometheus',
      program: prometheus,
      logFile: join(directory, 'prometheus.log'),
      directory,
      ports: 1,
      flags: ([port]) => [
        `--config.file=${join(directory, 'prometheus.yaml')}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      ready:
        ([port]) =>
        () =>
          answersOk(`http://127.0.0.1:${port}/-/ready`),
    },
    () => {},
  );
  const ask = async (path: string, parameters: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${ports[0]}${path}?${new URLSearchParams(parameters)}`);
    const body = JSON.parse(await answer.text());
    if (body.status !== 'success') throw new Error(`${path} ${JSON.stringify(parameters)}: ${body.error}`);
    return body.data;
  };
  return {
    query: async (query) => {
      const { result } = await ask('/api/v1/query', { query });
      return result.map(({ metric, value }: { metric: Record<string, string>; value: [number, string] }) => ({
        labels: metric,
        value: Number(value[1]),
      }));
    },
    alerts: async () => {
      const { groups } = await ask('/api/v1/rules');
      return groups.flatMap(({ rules: all }: { rules: readonly { name: string; state: string; health: string }[] }) =>
        all.map(({ name, state, health }) => ({ name, state, health })),
      );
    },
    stop: async () => {
      await running.stop();
    },
  };
}
