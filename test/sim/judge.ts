import { compareRuns } from './compare-runs.ts';
import { type Job, type References, specOf } from './jobs.ts';
import { type RunResult, type RunSpec, simulate } from './simulate.ts';
import type { Violation } from './violation.ts';

export interface Verdict {
  readonly run: RunResult;
  readonly violations: readonly Violation[];
}

/** Rejections that nobody handled since the last time this was asked. */
export class Rejections {
  #seen: string[] = [];

  constructor() {
    process.on('unhandledRejection', (reason) => {
      this.#seen.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
    });
  }

  async take(): Promise<readonly string[]> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const seen = this.#seen;
    this.#seen = [];
    return seen;
  }
}

export interface JudgeOptions {
  readonly rejections: Rejections;
  readonly references: References;
  readonly extra?: Pick<RunSpec, 'alter' | 'slow' | 'without'>;
}

/** One run, judged by everything there is: its invariants, the reference run, what Node says of its promises. */
export async function judge(job: Job, { rejections, references, extra }: JudgeOptions): Promise<Verdict> {
  const run = await simulate({ ...specOf(job), ...extra });
  const unhandled = (await rejections.take()).map((message) => ({ id: 'bug', at: run.virtualMs, message }));
  const reference = await references.of(job.scenario);
  const compared = run.index.view.quietFrom > 0 ? compareRuns(reference, run) : [];
  const without = extra?.without;
  const kept = compared.filter(({ id }) => without?.has(id) !== true);
  return { run, violations: [...run.violations, ...unhandled, ...kept] };
}
