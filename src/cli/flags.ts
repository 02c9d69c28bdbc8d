import type { ConfigInput } from '../app/config-input.ts';
import { UsageError } from '../lib/errors.ts';

export type OutputFormat = 'text' | 'wide' | 'name' | 'json' | 'yaml' | 'markdown';

/** Every flag there is, as parsed. A member that is absent was not given; `wait` and `input` are true unless refused. */
export interface Flags {
  readonly file?: readonly string[];
  readonly output?: OutputFormat;
  readonly detailedExitcode?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly input?: boolean;
  readonly confirm?: string;
  readonly color?: 'auto' | 'always' | 'never' | false;
  readonly ci?: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly assumeRoleArn?: string;
  readonly var?: readonly string[];
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Milliseconds */
  readonly timeout?: number;
  readonly full?: boolean;
  readonly server?: string;
  readonly source?: readonly string[];
  readonly listen?: string;
  readonly prune?: boolean;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly port?: number;
  readonly faults?: string;
  readonly exit?: boolean;
  readonly cluster?: string;
  readonly watch?: boolean;
  readonly reason?: string;
  readonly retry?: boolean;
  readonly kind?: string;
}

/** The part of the flags that is configuration; how things are printed and asked stays behind. */
export function toConfigInput(verb: string, flags: Flags): ConfigInput {
  return {
    verb,
    variables: parseVariables(flags.var ?? []),
    sources: flags.source ?? [],
    prune: flags.prune === true,
    ...given('region', flags.region),
    ...given('profile', flags.profile),
    ...given('endpointUrl', flags.endpointUrl),
    ...given('assumeRoleArn', flags.assumeRoleArn),
    ...given('listen', flags.listen),
    ...given('server', flags.server),
    ...given('port', flags.port),
    ...given('faults', flags.faults),
    ...given('cluster', flags.cluster),
    ...given('timeoutMs', flags.timeout),
    ...given('logLevel', flags.logLevel ?? (flags.verbose === true ? 'debug' : undefined)),
    ...given('logFormat', flags.logFormat),
  };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]?: Value });
}

/** The later of two equal names wins, as in a shell. */
export function parseVariables(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      if (equals < 0 || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw new UsageError(`--var takes NAME=VALUE, where NAME is letters, digits and _: '${name}' is not that`);
      }
      return [name, pair.slice(equals + 1)];
    }),
  );
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `90s`, `30m`, `1h30m`; a bare number is seconds. Undefined: not a duration. */
export function parseDurationMs(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * UNIT_MS[unit!]!, 0);
}
