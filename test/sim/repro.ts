import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from './jobs.ts';

/** A run that broke something, small enough to read: what a file under `regressions/` holds. */
export interface Repro extends Job {
  /** What it violated when it was found. */
  readonly invariant: string;
  readonly message: string;
  /** Absent in a file that is fresh: what was wrong, and what put it right. */
  readonly note?: string;
}

const REGRESSIONS = join(import.meta.dirname, 'regressions');

/** Every failure that was ever found and kept. They run first. */
export function regressions(): readonly { readonly file: string; readonly repro: Repro }[] {
  return readdirSync(REGRESSIONS)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ file, repro: readRepro(join(REGRESSIONS, file)) }));
}

export function readRepro(path: string): Repro {
  return JSON.parse(readFileSync(path, 'utf8')) as Repro;
}

/** Writes it below `folder` and returns the path. */
export function writeRepro(folder: string, repro: Repro): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${repro.scenario}-${repro.invariant}-${repro.mode}-${repro.seed}.json`.toLowerCase());
  writeFileSync(path, `${JSON.stringify(repro, undefined, 2)}\n`);
  return path;
}

/** The one command that makes it happen again. */
export function commandOf(job: Job, file?: string): string {
  if (file !== undefined) return `npm run sim -- --replay ${file}`;
  return `npm run sim -- --scenario ${job.scenario} --mode ${job.mode} --seed ${job.seed}`;
}
