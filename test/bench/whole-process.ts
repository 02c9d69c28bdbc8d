import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ground, writeManifests } from './bench-manifests.ts';
import type { Calls, CountingProxy } from './counting-proxy.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { prepareEmulator } from './emulator.ts';
import { type ProcessUse, runMeasured, startMeasured } from './measured-process.ts';

/** One run of one process, and what it asked of AWS. */
export interface Run {
  readonly calls: Calls;
  readonly use: Pick<ProcessUse, 'cpuMs' | 'peakBytes' | 'seconds'>;
}

/** The daemon: `calls` and `passes` of the window in which it had nothing to do. */
export interface DaemonRun extends Run {
  readonly passes: number;
  readonly windowSeconds: number;
  /** Of the window; undefined where the system does not tell. */
  readonly windowCpuMs: number | undefined;
}

export interface WholeProcessRuns {
  readonly create: Run;
  readonly plan: Run;
  readonly secondApply: Run;
  readonly daemon: DaemonRun;
  readonly naiveCreate: Run;
  readonly naiveLook: Run;
}

export interface BenchOptions {
  /** The program: `dist/main.js`, or `src/main.ts`. */
  readonly main: string;
  readonly emulatorUrl: string;
  readonly services: number;
  readonly resyncs: number;
  /** How often each short process is run. */
  readonly repeats: number;
  readonly say: (line: string) => void;
}

const CLUSTER = 'bench';
const RESYNC_SECONDS = 5;
const POLL_MS = 500;
const PATIENCE_MS = 120_000;

/** Creates the services, looks at them in every way there is, and does the same with the plain script. */
export async function measureWholeProcesses(options: BenchOptions): Promise<WholeProcessRuns> {
  await using proxy = await startCountingProxy(options.emulatorUrl);
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  try {
    const bench = new Bench(options, proxy, directory);
    const { repeats } = options;
    const empty = (): Promise<Ground> => prepareEmulator(options.emulatorUrl, CLUSTER);
    const naiveCreate = await repeated(repeats, async () => bench.naive('create', await empty()));
    const ground = await empty();
    await bench.naive('create', ground);
    const naiveLook = await repeated(repeats, () => bench.naive('look', ground));
    const create = await repeated(repeats, async () => {
      // The emulator gives its network new names each time.
      await writeManifests(directory, options.services, await empty());
      return bench.oneShot('apply', '--yes');
    });
    const secondApply = await bench.oneShot('apply', '--yes');
    const plan = await repeated(repeats, () => bench.oneShot('plan', '--detailed-exitcode'));
    const daemon = await bench.daemon();
    return { create, plan, secondApply, daemon, naiveCreate, naiveLook };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * The same several times: the most calls and memory of all runs, and the least time, since whatever else the machine does
 * only ever adds to that.
 */
async function repeated(times: number, run: () => Promise<Run>): Promise<Run> {
  const runs: Run[] = [];
  for (let time = 0; time < times; time++) runs.push(await run());
  const most = runs.reduce((a, b) => (b.calls.total > a.calls.total ? b : a));
  return {
    calls: most.calls,
    use: {
      cpuMs: Math.min(...runs.map(({ use }) => use.cpuMs)),
      peakBytes: Math.max(...runs.map(({ use }) => use.peakBytes)),
      seconds: Math.min(...runs.map(({ use }) => use.seconds)),
    },
  };
}

class Bench {
  readonly #options: BenchOptions;
  readonly #proxy: CountingProxy;
  readonly #directory: string;

  constructor(options: BenchOptions, proxy: CountingProxy, directory: string) {
    this.#options = options;
    this.#proxy = proxy;
    this.#directory = directory;
  }

  async oneShot(verb: 'apply' | 'plan', flag: string): Promise<Run> {
    const { main } = this.#options;
    this.#proxy.take();
    const use = await runMeasured({
      command: [process.execPath, main, verb, '-f', this.#directory, flag],
      env: this.#env,
    });
    return this.#said(`evenkeel ${verb}`, { use, calls: this.#proxy.take() });
  }

  async naive(task: 'create' | 'look', { cluster, subnets, securityGroups }: Ground): Promise<Run> {
    const script = join(import.meta.dirname, 'naive-baseline.ts');
    const args = [task, String(this.#options.services), cluster, subnets.join(','), securityGroups.join(',')];
    this.#proxy.take();
    const use = await runMeasured({ command: [process.execPath, script, ...args], env: this.#env });
    return this.#said(`plain script, ${task}`, { use, calls: this.#proxy.take() });
  }

  async daemon(): Promise<DaemonRun> {
    const args = ['run', '--source', `dir:${this.#directory}`, '--listen', '127.0.0.1:0', '--log-format', 'json'];
    const running = await startMeasured({ command: [process.execPath, this.#options.main, ...args], env: this.#env });
    try {
      const url = urlIn(await running.line((line) => line.includes('"http.listening"')));
      await this.#firstPasses(url);
      const before = { passes: await passesOf(url), cpuMs: running.cpuMs(), at: performance.now() };
      this.#proxy.take();
      await sleep(this.#options.resyncs * RESYNC_SECONDS * 1000);
      const calls = this.#proxy.take();
      const cpuMs = running.cpuMs();
      const windowSeconds = (performance.now() - before.at) / 1000;
      const passes = (await passesOf(url)) - before.passes;
      running.stop();
      const use = await running.ended;
      const windowCpuMs = cpuMs === undefined || before.cpuMs === undefined ? undefined : cpuMs - before.cpuMs;
      return this.#said('evenkeel run', { use, calls, passes, windowSeconds, windowCpuMs });
    } finally {
      running.stop();
    }
  }

  get #env(): Readonly<Record<string, string | undefined>> {
    return {
      AWS_ENDPOINT_URL: this.#proxy.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_PROFILE: undefined,
      EVENKEEL_RESYNC_SECONDS: String(RESYNC_SECONDS),
      // An emulator has no quotas, and the time spent waiting for them is not what is measured here.
      EVENKEEL_QUOTA_SCALE: '1000',
      CI: 'true',
    };
  }

  /** Every service was looked at once. */
  async #firstPasses(url: string): Promise<void> {
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
      if ((await passesOf(url)) >= this.#options.services) return;
      await sleep(POLL_MS);
    }
    throw new Error(`the daemon did not look at every service within ${PATIENCE_MS / 1000} s`);
  }

  #said<One extends Run>(what: string, run: One): One {
    const { cpuMs, peakBytes, seconds } = run.use;
    const used = `${(cpuMs / 1000).toFixed(2)} s CPU, ${(peakBytes / 1e6).toFixed(0)} MB, ${seconds.toFixed(1)} s`;
    this.#options.say(`${what}: ${run.calls.total} calls, ${used}\n    ${run.calls.text}`);
    return run;
  }
}

function urlIn(line: string): string {
  const { host, port } = JSON.parse(line) as { host: string; port: number };
  return `http://${host}:${port}`;
}

async function passesOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = [...text.matchAll(/^evenkeel_reconcile_total\{[^}]*\} (\d+)/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
