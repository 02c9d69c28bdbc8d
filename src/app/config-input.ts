/**
 * What a person said on the command line, not yet judged: `app/config.ts` joins it with the environment and validates
 * the whole, reporting everything wrong at once. A member that is absent was not given.
 */
export interface ConfigInput {
  /** The command: `plan`, `run`, `demo`, … */
  readonly verb: string;
  readonly region?: string;
  readonly profile?: string;
  /** Endpoint for all AWS services, such as the sandbox's. */
  readonly endpointUrl?: string;
  readonly assumeRoleArn?: string;
  /** `--var NAME=VALUE`, for `${NAME}` in manifests. */
  readonly variables: Readonly<Record<string, string>>;
  /** `dir:PATH`, `dynamodb:TABLE`, in the order given. */
  readonly sources: readonly string[];
  /** `HOST:PORT`, `:PORT` or `PORT`. */
  readonly listen?: string;
  /** Base URL of a running daemon. */
  readonly server?: string;
  /** Port of the sandbox's HTTP endpoint; 0: any that is free. */
  readonly port?: number;
  /** File of fault rules for the sandbox. */
  readonly faults?: string;
  readonly prune: boolean;
  /** Only live services of this cluster. */
  readonly cluster?: string;
  /** How long a command may take in all. The command line enforces it; the program may plan by it. */
  readonly timeoutMs?: number;
  readonly logLevel?: string;
  /** `json` or `text`; absent: text on a terminal, JSON elsewhere. */
  readonly logFormat?: string;
}
