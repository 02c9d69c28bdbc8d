import { BuildRefused } from './build-refused.ts';
import type { BuildRequest, Destination } from './builder.ts';

const STAGE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const ARG_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const LABEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,254}$/;
/** Grammar of `distribution/reference`: host, repository path, tag. */
const REGISTRY = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$/;
const REPOSITORY = /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** The kernel refuses a longer single argument; see execve(2), MAX_ARG_STRLEN. */
const MAX_ARGUMENT_BYTES = 128 * 1024 - 256;

/** Holds every value that becomes part of a command line to its grammar. Throws BuildRefused `bad-argument`. */
export function checkRequest(request: BuildRequest): void {
  if (request.target !== undefined) hold('target', request.target, STAGE);
  for (const [name, value] of Object.entries(request.args)) {
    hold('args', name, ARG_NAME);
    holdValue(`args.${name}`, value);
  }
  for (const [name, value] of Object.entries(request.labels)) {
    hold('labels', name, LABEL_NAME);
    holdValue(`labels.${name}`, value);
  }
}

/** As `checkRequest`, for where an image goes. */
export function checkDestination({ registry, repository, tag }: Destination): void {
  hold('registry', registry, REGISTRY);
  hold('repository', repository, REPOSITORY);
  hold('tag', tag, TAG);
}

/** Docker speaks plain HTTP to registries on this machine, and to no others unless told. So do we with other engines. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:[0-9]+$/, '');
  return host === 'localhost' || /^127(\.[0-9]{1,3}){3}$/.test(host);
}

function hold(field: string, value: string, grammar: RegExp): void {
  if (grammar.test(value)) return;
  throw new BuildRefused('bad-argument', field, `build ${field}: ${JSON.stringify(value)} is not a valid name`);
}

/** The value itself is not repeated: it may be a secret. */
function holdValue(field: string, value: string): void {
  if (!value.includes('\0') && Buffer.byteLength(value) < MAX_ARGUMENT_BYTES) return;
  throw new BuildRefused('bad-argument', field, `build ${field}: the value is too long, or holds a NUL character`);
}
