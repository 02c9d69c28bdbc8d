import { EngineUnavailable } from './build-errors.ts';
import { saysEngineGone } from './engine-words.ts';
import type { CommandResult } from './run-command.ts';

/** Throws EngineUnavailable when the engine's command ended because the engine itself is not there. */
export function throwIfEngineGone(engine: string, result: CommandResult): void {
  if (result.exitCode === 0 || !saysEngineGone(result.tail.join('\n'))) return;
  throw new EngineUnavailable(engine, `${engine} does not answer: ${result.tail.at(-1) ?? 'no reason given'}`);
}

/** `sha256:…` in the text of an id or digest file; undefined when it holds something else. */
export function digestIn(text: string): string | undefined {
  return /sha256:[0-9a-f]{64}/.exec(text)?.[0];
}

/** As the image's own field has it: `linux/arm64` asks for `arm64`. */
export function architectureOfPlatform(platform: string): string {
  return platform.replace('linux/', '');
}
