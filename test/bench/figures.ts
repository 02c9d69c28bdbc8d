import type { Run, WholeProcessRuns } from './whole-process.ts';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most it may be; absent: for information. */
  readonly bar?: number;
  /** What the plain script with the SDK needs for the like. */
  readonly naive?: number;
  /** What Terraform needs for the like. */
  readonly terraform?: number;
}

/**
 * Terraform 1.11 with AWS provider 5.100, the same 100 services: measured on the same kind of machine against the same
 * emulator, whole processes, calls counted at the HTTP level.
 */
export const TERRAFORM = {
  createCalls: 8.0,
  planCalls: 4.0,
  createCpuMs: 337,
  planCpuMs: 205,
  peakMegabytes: 560,
} as const;

export const BARS = {
  createCalls: 3.3,
  planCalls: 1.3,
  resyncCalls: 0.2,
  createCpuMs: 33.7,
  planCpuMs: 20.5,
  peakMegabytes: 200,
} as const;

const BYTES_IN_MEGABYTE = 1e6;

export function figuresOf(runs: WholeProcessRuns, services: number): readonly Figure[] {
  const { create, plan, secondApply, daemon, naiveCreate, naiveLook } = runs;
  const calls = (run: Run): number => run.calls.total / services;
  const cpu = (run: Run): number => run.use.cpuMs / services;
  const peak = (run: Run): number => run.use.peakBytes / BYTES_IN_MEGABYTE;
  const rows: readonly Figure[] = [
    {
      name: 'create: calls a service',
      value: calls(create),
      unit: '',
      bar: BARS.createCalls,
      naive: calls(naiveCreate),
      terraform: TERRAFORM.createCalls,
    },
    {
      name: 'create: CPU a service',
      value: cpu(create),
      unit: 'ms',
      bar: BARS.createCpuMs,
      naive: cpu(naiveCreate),
      terraform: TERRAFORM.createCpuMs,
    },
    {
      name: 'create: peak memory',
      value: peak(create),
      unit: 'MB',
      bar: BARS.peakMegabytes,
      naive: peak(naiveCreate),
      terraform: TERRAFORM.peakMegabytes,
    },
    {
      name: 'cold plan: calls a service',
      value: calls(plan),
      unit: '',
      bar: BARS.planCalls,
      naive: calls(naiveLook),
      terraform: TERRAFORM.planCalls,
    },
    {
      name: 'cold plan: CPU a service',
      value: cpu(plan),
      unit: 'ms',
      bar: BARS.planCpuMs,
      naive: cpu(naiveLook),
      terraform: TERRAFORM.planCpuMs,
    },
    {
      name: 'cold plan: peak memory',
      value: peak(plan),
      unit: 'MB',
      bar: BARS.peakMegabytes,
      naive: peak(naiveLook),
      terraform: TERRAFORM.peakMegabytes,
    },
    { name: 'second apply: mutating calls', value: secondApply.calls.mutating, unit: '', bar: 0 },
    { name: 'second apply: calls a service', value: calls(secondApply), unit: '' },
    {
      name: 'daemon: calls a service and resync',
      value: daemon.calls.total / daemon.passes,
      unit: '',
      bar: BARS.resyncCalls,
    },
    { name: 'daemon: mutating calls', value: daemon.calls.mutating, unit: '', bar: 0 },
    { name: 'daemon: peak memory', value: peak(daemon), unit: 'MB', bar: BARS.peakMegabytes },
  ];
  if (daemon.windowCpuMs === undefined) return rows;
  return [...rows, { name: 'daemon: CPU a service and resync', value: daemon.windowCpuMs / daemon.passes, unit: 'ms' }];
}

export function isMissed({ value, bar }: Figure): boolean {
  return bar !== undefined && value > bar;
}

/** Figure, bar, verdict; beside them the others. */
export function figureTable(figures: readonly Figure[]): string {
  const full = [['figure', 'Evenkeel', 'bar', 'verdict', 'plain script', 'Terraform'], ...figures.map(rowOf)];
  const isUsed = (column: number): boolean => full.slice(1).some((row) => row[column] !== '');
  const rows = full.map((row) => row.filter((_, column) => isUsed(column)));
  const header = rows[0]!;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const aligned = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
  return aligned.map((line) => `${line.trimEnd()}\n`).join('');
}

function rowOf(figure: Figure): readonly string[] {
  const { name, value, unit, bar, naive, terraform } = figure;
  const shown = (one: number | undefined): string => (one === undefined ? '' : `${rounded(one)} ${unit}`.trimEnd());
  const verdict = bar === undefined ? '' : isMissed(figure) ? 'MISSED' : 'held';
  const most = bar === undefined ? '' : bar === 0 ? 'none' : `≤ ${shown(bar)}`;
  return [name, shown(value), most, verdict, shown(naive), shown(terraform)];
}

function rounded(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
