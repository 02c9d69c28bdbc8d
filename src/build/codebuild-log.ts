import { toError } from '../lib/errors.ts';
import { BuildLog } from './build-log.ts';
import type { BuildProgress } from './builder.ts';
import type { CodeBuildAws, RemoteBuild } from './codebuild-aws.ts';

/** Lines kept for errors; as many as of an engine that runs here. */
const TAIL_LINES = 50;
/** Of what a build that has ended left unread, at most so many pages are; a page has up to 10 000 lines. */
const LAST_PAGES = 20;
/** After so many failures in a row a log is given up; the build goes on. */
const FAILURES = 3;
/** CodeBuild's own lines, among those of the commands. */
const OWN = /^\[Container\] /;

/** Follows the log of one build. A log that cannot be read spoils nothing: what became of the build, CodeBuild says. */
export class RemoteLog {
  readonly #aws: CodeBuildAws;
  readonly #mask: (line: string) => string;
  readonly #log: BuildLog;
  readonly #tail: string[] = [];
  readonly #layers = { layers: 0, present: 0 };
  #place: string | undefined;
  #failures = 0;
  #trouble: string | undefined;

  constructor(aws: CodeBuildAws, mask: (line: string) => string, on: (progress: BuildProgress) => void) {
    this.#aws = aws;
    this.#mask = mask;
    this.#log = new BuildLog(on);
  }

  /** The last lines that commands wrote, secrets masked. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  /** The step that failed, or the one that began last. */
  get step(): string | undefined {
    return this.#log.step;
  }

  get cachedSteps(): number {
    return this.#log.cachedSteps;
  }

  /** What was pushed. */
  get layers(): { readonly layers: number; readonly present: number } {
    return this.#layers;
  }

  /** Why there is no more of it. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** `text` without the secrets. */
  masked(text: string): string {
    return this.#mask(text);
  }

  /**
   * Reads on: a page while the build is under way, and all that is left once it `ended`. Throws only the reason of
   * `signal`.
   */
  async read({ logs }: RemoteBuild, ended: boolean, signal: AbortSignal): Promise<void> {
    const { groupName: group, streamName: stream } = logs ?? {};
    if (group === undefined || stream === undefined || this.#failures >= FAILURES) return;
    try {
      const pages = ended ? LAST_PAGES : 1;
      for (let page = 0; page < pages && (await this.#readPage({ group, stream }, signal)); page++);
      this.#failures = 0;
      this.#trouble = undefined;
    } catch (thrown) {
      signal.throwIfAborted();
      this.#failures++;
      this.#trouble = this.#mask(toError(thrown).message);
    }
  }

  /** Whether there may be more. */
  async #readPage(stream: { readonly group: string; readonly stream: string }, signal: AbortSignal): Promise<boolean> {
    const part = await this.#aws.logs.readStream(stream, this.#place, { signal });
    if (part === undefined) return false;
    for (const message of part.messages) for (const line of message.split(/\r?\n/)) this.#take(line);
    const more = part.place !== undefined && part.place !== this.#place;
    this.#place = part.place ?? this.#place;
    return more;
  }

  #take(line: string): void {
    if (line === '' || OWN.test(line)) return;
    const masked = this.#mask(line);
    this.#log.take(masked);
    if (/: Pushed$/.test(masked)) this.#layers.layers++;
    if (/: (Layer already exists|Mounted from .*)$/.test(masked)) this.#layers.present++;
    this.#tail.push(masked);
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
  }
}
