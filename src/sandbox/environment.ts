import type { Random } from '../lib/random.ts';
import type { TaskFaults } from './faults/task-faults.ts';
import type { SandboxOptions, Span } from './sandbox-options.ts';

/** What everything inside a world lives by: its time, its chance, its options. */
export interface Environment {
  readonly options: SandboxOptions;
  readonly random: Random;
  readonly faults: TaskFaults;
  /** Epoch milliseconds of the moment that is being lived through, which may lie before the clock's. */
  now(): number;
  /** Has `run` happen `ms` after that moment. */
  schedule(ms: number, run: () => void): void;
}

/** A duration from the span, divided by the speed of life; at least a millisecond, so that time passes at any speed. */
export function draw(environment: Environment, [from, to]: Span): number {
  return atSpeed(environment, from + environment.random() * (to - from));
}

/** The moment as a Date, as AWS shapes have it. */
export function today(environment: Environment): Date {
  return new Date(environment.now());
}

/** A duration of the life of tasks and deployments, at the world's speed. */
export function atSpeed({ options }: Environment, ms: number): number {
  return Math.max(1, Math.round(ms / options.speed));
}
