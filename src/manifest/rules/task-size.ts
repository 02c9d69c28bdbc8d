import type { Report, Subject } from '../rule.ts';
import { listed } from '../wording.ts';

interface Row {
  readonly cpu: number;
  readonly memory: readonly number[];
}

/** Memory in MiB from `first` to `last` in steps. */
function steps(first: number, last: number, step: number): readonly number[] {
  return Array.from({ length: (last - first) / step + 1 }, (_, index) => first + index * step);
}

/**
 * The sizes Fargate offers. Source: Amazon ECS developer guide, "Task CPU and memory" (task-cpu-memory-error) and
 * "Amazon ECS task definitions for Fargate" (fargate-tasks-services); the row of 32 vCPU stands there alone.
 */
export const FARGATE_SIZES: readonly Row[] = [
  { cpu: 256, memory: [512, 1024, 2048] },
  { cpu: 512, memory: steps(1024, 4096, 1024) },
  { cpu: 1024, memory: steps(2048, 8192, 1024) },
  { cpu: 2048, memory: steps(4096, 16384, 1024) },
  { cpu: 4096, memory: steps(8192, 30720, 1024) },
  { cpu: 8192, memory: steps(16384, 61440, 4096) },
  { cpu: 16384, memory: steps(32768, 122880, 8192) },
  { cpu: 32768, memory: [61440, 122880, 249856] },
];

export function checkTaskSize({ document, manifest }: Subject, report: Report): void {
  const { cpu, memory } = manifest.spec;
  const row = FARGATE_SIZES.find((size) => size.cpu === cpu);
  if (row === undefined || row.memory.includes(memory)) return;
  const isMemoryGiven = document.spec.memory !== undefined;
  const path = ['spec', isMemoryGiven ? 'memory' : 'cpu'];
  const about = [
    ['spec', 'cpu'],
    ['spec', 'memory'],
  ];
  const message = isMemoryGiven
    ? `${memory} may not be used with \`cpu\` ${cpu}`
    : `${cpu} may not be used with the default \`memory\` ${memory}`;
  report.error(path, message, { about, help: `cpu ${cpu} allows ${span(row.memory)}.${alternatives(memory)}` });
}

function alternatives(memory: number): string {
  const fitting = FARGATE_SIZES.filter((size) => size.memory.includes(memory)).map((size) => String(size.cpu));
  if (fitting.length > 0) return ` For ${memory} use \`cpu\` ${listed(fitting, 'or')}.`;
  return '';
}

/** Short rows are written out, long ones described. */
function span(values: readonly number[]): string {
  if (values.length <= 7) return values.join(', ');
  return `${values[0]} to ${values.at(-1)} in steps of ${values[1]! - values[0]!}`;
}
