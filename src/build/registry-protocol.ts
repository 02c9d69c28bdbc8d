import type { ImageRegistries } from './image-registries.ts';

/** What a manifest may be; indexes first, so that a multi-platform tag resolves to its index. */
const MEDIA_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const DOCKER_HUB = 'registry-1.docker.io';
const TIMEOUT_MS = 10_000;
const DIGEST = /^sha256:[a-f0-9]{64}$/;

/** Credentials by registry host, in the form of Docker's `auths`: base64 of `user:password`. */
export type RegistryAuths = Readonly<Record<string, string>>;

/** A registry did not answer, or not in a way that tells whether the image exists. */
export class RegistryUnreachable extends Error {
  override readonly name = 'RegistryUnreachable';
}

/** A registry wants credentials that it did not get, or does not accept those it got. */
export class RegistryDenied extends Error {
  override readonly name = 'RegistryDenied';
}

/** Asks registries by the protocol of the OCI distribution specification, anonymously or with configured credentials. */
export class RegistryProtocol implements ImageRegistries {
  readonly #auths: RegistryAuths;

  constructor(auths: RegistryAuths) {
    this.#auths = auths;
  }

  async digestOf(
    image: { readonly registry: string | undefined; readonly repository: string; readonly tag: string },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const host = hostOf(image.registry);
    const official = image.registry === undefined && !image.repository.includes('/');
    const repository = official ? `library/${image.repository}` : image.repository;
    const url = `${isLoopback(host) ? 'http' : 'https'}://${host}/v2/${repository}/manifests/${image.tag}`;
    const basic = this.#auths[image.registry ?? DOCKER_HUB];
    const authorization = basic === undefined ? undefined : `Basic ${basic}`;
    let response = await ask(url, authorization, signal);
    const challenge = response.status === 401 ? response.headers.get('www-authenticate') : null;
    if (challenge !== null && /^bearer /i.test(challenge)) {
      const token = await tokenFor(challenge, authorization, signal);
      response = await ask(url, `Bearer ${token}`, signal);
    }
    return digestIn(response, `${host}/${repository}:${image.tag}`);
  }
}

function digestIn(response: Response, name: string): string | undefined {
  if (response.status === 404) return undefined;
  if (response.status === 401 || response.status === 403) {
    throw new RegistryDenied(
      `the registry does not let us see ${name}: give its digest in spec.image.uri, or configure credentials for the registry`,
    );
  }
  const digest = response.headers.get('docker-content-digest') ?? '';
  if (response.status !== 200 || !DIGEST.test(digest)) {
    throw new RegistryUnreachable(`the registry answered ${response.status} for ${name}, without a digest`);
  }
  return digest;
}

async function ask(url: string, authorization: string | undefined, signal: AbortSignal): Promise<Response> {
  const headers = { accept: MEDIA_TYPES, ...(authorization === undefined ? {} : { authorization }) };
  return request(url, { method: 'HEAD', headers }, signal);
}

async function tokenFor(challenge: string, authorization: string | undefined, signal: AbortSignal): Promise<string> {
  const parameters = new Map([...challenge.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const realm = parameters.get('realm') ?? '';
  if (!URL.canParse(realm)) throw new RegistryUnreachable('the registry names no place to get a token from');
  const url = new URL(realm);
  if (url.protocol !== 'https:' && !isLoopback(url.host)) {
    throw new RegistryDenied(`the registry sends us to ${url.host} without TLS for a token`);
  }
  for (const name of ['service', 'scope'])
    if (parameters.has(name)) url.searchParams.set(name, parameters.get(name) ?? '');
  const headers = authorization === undefined ? {} : { authorization };
  const response = await request(url.href, { headers }, signal);
  const body = (await response.json().catch(() => ({}))) as { readonly token?: string; readonly access_token?: string };
  return body.token ?? body.access_token ?? '';
}

async function request(url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (thrown) {
    signal.throwIfAborted();
    throw new RegistryUnreachable(`the registry at ${new URL(url).host} cannot be reached`, { cause: thrown });
  }
}

function hostOf(registry: string | undefined): string {
  return registry === undefined || registry === 'docker.io' ? DOCKER_HUB : registry;
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127(\.\d+){3}$/.test(name);
}
