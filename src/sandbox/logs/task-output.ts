import { containersOf } from '../ecs/containers.ts';
import type { TaskRecord } from '../ecs/records.ts';
import type { LogLine, Region } from '../region.ts';
import { newLogGroup } from './log-groups.ts';

const KEPT_STREAMS = 500;

interface Awslogs {
  readonly logDriver?: string;
  readonly options?: Readonly<Record<string, string>>;
}

const STARTED: readonly string[] = [
  'INFO:     Started server process [1]',
  'INFO:     Waiting for application startup.',
  'INFO:     Application startup complete.',
];
const CRASHED: readonly string[] = [
  'Traceback (most recent call last):',
  '  File "/app/main.py", line 1, in <module>',
  '    import settings',
  "ModuleNotFoundError: No module named 'settings'",
];
const STOPPED: readonly string[] = ['INFO:     Shutting down', 'INFO:     Finished server process [1]'];

/** What a container would print at such a moment, into the stream its definition names. */
export function print(region: Region, task: TaskRecord, moment: 'started' | 'crashed' | 'stopped'): void {
  const lines = { started: STARTED, crashed: CRASHED, stopped: STOPPED }[moment];
  for (const container of containersOf(task)) {
    const { logDriver, options = {} } = (container['logConfiguration'] ?? {}) as Awslogs;
    const name = options['awslogs-group'];
    if (logDriver !== 'awslogs' || name === undefined) continue;
    const record = region.logGroups.get(name) ?? made(region, name, options);
    if (record === undefined) continue;
    const prefix = options['awslogs-stream-prefix'];
    const stream = prefix === undefined ? task.id : `${prefix}/${container.name}/${task.id}`;
    append(
      record.streams,
      stream,
      lines.map((message) => ({ timestamp: region.environment.now(), message })),
    );
  }
}

function made(
  region: Region,
  name: string,
  options: Readonly<Record<string, string>>,
): ReturnType<typeof newLogGroup> | undefined {
  if (options['awslogs-create-group'] !== 'true') return undefined;
  const record = newLogGroup(region, name, {}, {});
  region.logGroups.set(name, record);
  return record;
}

/** The oldest streams make room: a world may run for long. */
export function append(streams: Map<string, LogLine[]>, name: string, lines: readonly LogLine[]): void {
  streams.set(name, [...(streams.get(name) ?? []), ...lines]);
  const oldest = streams.keys().next().value;
  if (streams.size > KEPT_STREAMS && oldest !== undefined) streams.delete(oldest);
}
