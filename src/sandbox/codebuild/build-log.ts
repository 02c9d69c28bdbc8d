import { newLogGroup } from '../logs/log-groups.ts';
import { append } from '../logs/task-output.ts';
import type { Region } from '../region.ts';
import type { BuildRecord } from './build-record.ts';

/** Where CodeBuild logs unless the project says otherwise. */
export function logPlace({ id }: BuildRecord): { readonly group: string; readonly stream: string } {
  const [project, stream = ''] = id.split(':');
  return { group: `/aws/codebuild/${project}`, stream };
}

/** Every line ends with a line feed, as CodeBuild's do. The group is made by the first build. */
export function print(region: Region, build: BuildRecord, lines: readonly string[]): void {
  const { group, stream } = logPlace(build);
  const record = region.logGroups.get(group) ?? newLogGroup(region, group, {}, {});
  region.logGroups.set(group, record);
  const timestamp = region.environment.now();
  append(
    record.streams,
    stream,
    lines.map((line) => ({ timestamp, message: `${line}\n` })),
  );
}

/** A line of CodeBuild's own among those of the commands. */
export function printOwn(region: Region, build: BuildRecord, text: string): void {
  const time = new Date(region.environment.now()).toISOString().replaceAll('-', '/').replace('T', ' ').replace('Z', '');
  print(region, build, [`[Container] ${time}000 ${text}`]);
}
