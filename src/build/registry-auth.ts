import type { Destination } from './builder.ts';

/** The `auths` of a Docker `config.json` or of a containers `auth.json`: the credentials of this one registry. */
export function registryAuths({ registry, credentials }: Destination): Record<string, { readonly auth: string }> {
  if (credentials === undefined) return {};
  const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  return { [registry]: { auth } };
}

/** Every form in which the credentials could turn up in an engine's output. */
export function secretsOf(to: Destination): string[] {
  return to.credentials === undefined
    ? []
    : [to.credentials.password, ...Object.values(registryAuths(to)).map(({ auth }) => auth)];
}
