import { UsageError } from '../../lib/errors.ts';
import { type Random, seededRandom } from '../../lib/random.ts';
import type { Fault, FaultRule, FaultWhen, Moment, Ms } from './fault-rule.ts';
import type { Occasion } from './occasion.ts';

type Matches = (text: string) => boolean;

/** A rule in force: what it has met, and what it has struck. */
export class ArmedRule {
  readonly id: string;
  readonly fault: Fault;
  readonly when: FaultWhen;
  /** Epoch milliseconds */
  readonly untilMs: number;
  struck = 0;
  lifted = false;
  readonly #fromMs: number;
  readonly #random: Random;
  readonly #operations: Matches;
  readonly #services: Matches;
  readonly #families: Matches;
  readonly #images: Matches;
  readonly #securityGroups: Matches;
  readonly #regions: Matches;
  #met = 0;

  constructor(rule: FaultRule & { readonly id: string }, seed: number, startedAt: number) {
    const { id, fault, when = {} } = rule;
    this.id = id;
    this.fault = fault;
    this.when = when;
    this.#fromMs = when.from === undefined ? Number.NEGATIVE_INFINITY : epochMs(when.from, startedAt);
    this.untilMs = when.until === undefined ? Number.POSITIVE_INFINITY : epochMs(when.until, startedAt);
    this.#random = seededRandom(hash32(`${seed}:${id}`));
    this.#operations = oneOf(when.operations);
    this.#services = oneOf(when.services?.map((pattern) => (pattern.includes('/') ? pattern : `*/${pattern}`)));
    this.#families = oneOf(when.families);
    this.#images = oneOf(when.images);
    this.#securityGroups = oneOf(when.securityGroups);
    this.#regions = oneOf(when.regions);
  }

  /** Whether it strikes this time, and counts it. `at`: epoch milliseconds. */
  strikes(occasion: Occasion, at: number): boolean {
    if (!this.#fits(occasion, at)) return false;
    const { nth, every, probability, times } = this.when;
    this.#met++;
    if (nth !== undefined && ![nth].flat().includes(this.#met)) return false;
    if (every !== undefined && this.#met % every !== 0) return false;
    if (probability !== undefined && this.#random() >= probability) return false;
    if (times !== undefined && this.struck >= times) return false;
    this.struck++;
    return true;
  }

  /** A duration, drawn where two are given. */
  draw(ms: Ms): number {
    if (typeof ms === 'number') return ms;
    return Math.round(ms[0] + this.#random() * (ms[1] - ms[0]));
  }

  /** A whole number from one to the other, both included. */
  pick(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  #fits({ operation, region, services, families, images, securityGroups }: Occasion, at: number): boolean {
    const { when } = this;
    return (
      at >= this.#fromMs &&
      at < this.untilMs &&
      (when.operations === undefined || (operation !== undefined && this.#operations(operation))) &&
      (when.regions === undefined || this.#regions(region)) &&
      (when.services === undefined || services.some(this.#services)) &&
      (when.families === undefined || families.some(this.#families)) &&
      (when.images === undefined || images.some(this.#images)) &&
      (when.securityGroups === undefined || securityGroups.some(this.#securityGroups))
    );
  }
}

/** The moment as epoch milliseconds. Throws `UsageError` for a text that is no time. */
export function epochMs(moment: Moment, startedAt: number): number {
  if (typeof moment === 'number') return startedAt + moment;
  const at = Date.parse(moment);
  if (Number.isNaN(at)) throw new UsageError(`'${moment}' is not an ISO 8601 time`);
  return at;
}

/** `*` stands for any text. */
export function globMatches(pattern: string): Matches {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => expression.test(text);
}

function oneOf(patterns: readonly string[] | undefined): Matches {
  const matches = (patterns ?? []).map(globMatches);
  return (text) => matches.some((match) => match(text));
}

/** FNV-1a: every rule draws from a sequence of its own, so that one more rule shifts no other. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
