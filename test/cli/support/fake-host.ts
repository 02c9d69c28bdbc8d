import type { ConfigInput } from '../../../src/app/config-input.ts';
import type { DaemonOptions, DemoOptions, DemoReport, Host, RunningSandbox } from '../../../src/app/host.ts';
import type {
  ApplyEvent,
  ApplyOptions,
  ApplyReport,
  DaemonClient,
  Manifests,
  PlanReport,
  Program,
  ServiceTarget,
} from '../../../src/app/program.ts';
import type { Key } from '../../../src/manifest/key.ts';
import type { LoadedManifest } from '../../../src/manifest/load.ts';
import type { ServiceStatus } from '../../../src/reconcile/status.ts';
import { loaded, report, status } from './builders.ts';

/** What the host answers; everything has an answer that lets a command succeed. */
export interface Script {
  readonly manifests?: Manifests;
  readonly plan?: PlanReport;
  readonly events?: readonly ApplyEvent[];
  readonly applied?: ApplyReport;
  /** Stands in for `apply`'s own doing; it gets the same options. */
  readonly apply?: (options: ApplyOptions, signal: AbortSignal) => Promise<ApplyReport>;
  /** One answer a read; the last one stays. */
  readonly statuses?: readonly (readonly ServiceStatus[])[];
  readonly daemonError?: Error;
  readonly demo?: (options: DemoOptions) => Promise<DemoReport>;
}

/** A host that records what it is asked, in words. */
export class FakeHost implements Host {
  readonly calls: string[] = [];
  readonly inputs: ConfigInput[] = [];
  open = 0;
  readonly #script: Script;
  #reads = 0;

  constructor(script: Script = {}) {
    this.#script = script;
  }

  async program(input: ConfigInput): Promise<Program> {
    this.inputs.push(input);
    this.open++;
    return new FakeProgram(this.#script, this, () => this.nextStatuses());
  }

  async daemon(input: ConfigInput): Promise<DaemonClient> {
    this.inputs.push(input);
    const failing = this.#script.daemonError;
    return {
      services: async () => {
        if (failing !== undefined) throw failing;
        // As the daemon's list: without what only the service itself shows.
        return this.nextStatuses().map((one) => ({ ...one, events: [], drift: [] }));
      },
      service: async (key: Key) => this.nextStatuses().find((one) => one.key === key),
      reconcile: async (key, options) => {
        if (failing !== undefined) throw failing;
        this.calls.push(`reconcile ${key} retry=${options.retry}`);
      },
    };
  }

  async runDaemon(input: ConfigInput, options: DaemonOptions): Promise<void> {
    this.inputs.push(input);
    options.log.write(`pretty=${options.pretty}\n`);
    if (!options.signal.aborted) {
      await new Promise((resolve) => options.signal.addEventListener('abort', resolve, { once: true }));
    }
  }

  async startSandbox(input: ConfigInput): Promise<RunningSandbox> {
    this.inputs.push(input);
    this.open++;
    return {
      url: 'http://127.0.0.1:4566',
      region: 'us-east-1',
      account: '000000000000',
      [Symbol.asyncDispose]: async () => void this.open--,
    };
  }

  async runDemo(input: ConfigInput, options: DemoOptions): Promise<DemoReport> {
    this.inputs.push(input);
    return this.#script.demo?.(options) ?? { services: [], seconds: 1, asExpected: true };
  }

  nextStatuses(): readonly ServiceStatus[] {
    const answers = this.#script.statuses ?? [[status('web')]];
    return answers[Math.min(this.#reads++, answers.length - 1)]!;
  }
}

class FakeProgram implements Program {
  readonly region = 'us-east-1';
  readonly #script: Script;
  readonly #host: FakeHost;
  readonly #statuses: () => readonly ServiceStatus[];

  constructor(script: Script, host: FakeHost, statuses: () => readonly ServiceStatus[]) {
    this.#script = script;
    this.#host = host;
    this.#statuses = statuses;
  }

  async read(paths: readonly string[], stdin: string | undefined): Promise<Manifests> {
    this.#host.calls.push(`read ${paths.join(' ')}${stdin === undefined ? '' : ` <${stdin}>`}`);
    return this.#script.manifests ?? { manifests: [loaded('web')], errors: [], files: 1, documents: 1 };
  }

  async plan(): Promise<PlanReport> {
    this.#host.calls.push('plan');
    return this.#script.plan ?? report([]);
  }

  async apply(_report: PlanReport, options: ApplyOptions, signal: AbortSignal): Promise<ApplyReport> {
    this.#host.calls.push(`apply wait=${options.wait}`);
    for (const event of this.#script.events ?? []) options.onEvent(event);
    if (this.#script.apply !== undefined) return this.#script.apply(options, signal);
    return this.#script.applied ?? { results: [], seconds: 3 };
  }

  async status(): Promise<readonly ServiceStatus[]> {
    this.#host.calls.push('status');
    return this.#statuses();
  }

  async planDelete(target: ServiceTarget): Promise<PlanReport> {
    this.#host.calls.push(`planDelete ${target.cluster}/${target.service}`);
    return this.#script.plan ?? report([]);
  }

  async suspend(target: ServiceTarget, reason: string): Promise<void> {
    this.#host.calls.push(`suspend ${target.cluster}/${target.service} ${reason}`);
  }

  async resume(target: ServiceTarget): Promise<void> {
    this.#host.calls.push(`resume ${target.cluster}/${target.service}`);
  }

  async forgetFailure(manifest: LoadedManifest): Promise<boolean> {
    this.#host.calls.push(`forgetFailure ${manifest.key}`);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#host.open--;
  }
}
