import type { BuildProgress } from './builder.ts';

/** What one line of an engine's output says about the steps. */
export type LogLine =
  | { readonly kind: 'step'; readonly id: string; readonly n: number; readonly of: number; readonly text: string }
  | { readonly kind: 'cached'; readonly id: string | undefined };

/** `Step 2/5 : RUN …` (classic), `STEP 2/5: RUN …`, `[1/2] STEP 2/5: RUN …` (buildah, podman). */
const STEP = /^(?:\[(\d+)\/\d+\] )?step (\d+)\/(\d+) ?: (.*)$/i;
/** `#7 [2/5] RUN …`, `#7 [stage-1 2/5] RUN …`, `#7 [linux/arm64 builder 2/5] RUN …` (BuildKit, plain). */
const VERTEX = /^#(\d+) \[(?:(.*) )?(\d+)\/(\d+)\] (.*)$/;
/** `#3 [internal] load metadata for docker.io/library/python:3.11`: what `FROM` names is looked up before any step. */
const LOOKUP = /^#(\d+) \[internal\] load metadata for (\S+)$/;
const VERTEX_CACHED = /^#(\d+) CACHED$/;
/** ` ---> Using cache`, `--> Using cache 1f2e…`, `--> Cached …`. */
const CACHED = /^ ?--?-?> (?:Using cache|Cached)\b/i;

export function readLogLine(line: string): LogLine | undefined {
  const step = STEP.exec(line);
  if (step !== null) return { kind: 'step', id: `${step[1] ?? ''}:${step[2]}`, ...numbered(step[2], step[3], step[4]) };
  const vertex = VERTEX.exec(line);
  if (vertex !== null) return { kind: 'step', id: vertex[1] ?? '', ...numbered(vertex[3], vertex[4], vertex[5]) };
  const cached = VERTEX_CACHED.exec(line);
  if (cached !== null) return { kind: 'cached', id: cached[1] };
  return CACHED.test(line) ? { kind: 'cached', id: undefined } : undefined;
}

function numbered(
  n: string | undefined,
  of: string | undefined,
  text: string | undefined,
): { readonly n: number; readonly of: number; readonly text: string } {
  return { n: Number(n), of: Number(of), text: (text ?? '').trim() };
}

type Step = Extract<LogLine, { readonly kind: 'step' }>;

/** Follows an engine's output, tells the steps, and remembers which one was under way. */
export class BuildLog {
  readonly #on: (progress: BuildProgress) => void;
  readonly #steps = new Map<string, Step>();
  readonly #cached = new Set<string>();
  /** By vertex. */
  readonly #lookups = new Map<string, string>();
  #last: Step | undefined;
  #failed: string | undefined;

  constructor(on: (progress: BuildProgress) => void) {
    this.#on = on;
  }

  get cachedSteps(): number {
    return this.#cached.size;
  }

  /** The step that failed, or the one that began last. */
  get step(): string | undefined {
    return this.#failed ?? this.#last?.text;
  }

  take(line: string): void {
    const said = readLogLine(line);
    if (said === undefined) this.#noteOther(line);
    else if (said.kind === 'step') this.#begin(said);
    else this.#markCached(said.id ?? this.#last?.id);
  }

  #begin(step: Step): void {
    if (this.#steps.has(step.id)) return;
    this.#steps.set(step.id, step);
    this.#last = step;
    this.#tell(step, false);
  }

  #markCached(id: string | undefined): void {
    const step = id === undefined ? undefined : this.#steps.get(id);
    if (step === undefined || this.#cached.has(step.id)) return;
    this.#cached.add(step.id);
    this.#tell(step, true);
  }

  /** BuildKit works at several steps at once and says which one ended badly. */
  #noteOther(line: string): void {
    const [, lookup, image] = LOOKUP.exec(line) ?? [];
    if (lookup !== undefined) this.#lookups.set(lookup, `FROM ${image}`);
    const id = /^#(\d+) ERROR\b/.exec(line)?.[1];
    if (id !== undefined) this.#failed ??= this.#steps.get(id)?.text ?? this.#lookups.get(id);
  }

  #tell({ n, of, text }: Step, cached: boolean): void {
    this.#on({ kind: 'step', n, of, text, cached });
  }
}
