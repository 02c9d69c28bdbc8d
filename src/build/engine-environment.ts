/**
 * What an engine's command line needs to find its engine, its configuration, its storage and the way out. Everything
 * else stays out, cloud credentials above all.
 */
const PASSED = new Set([
  'PATH',
  'HOME',
  'USER',
  'TMPDIR',
  'LANG',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  // `DOCKER_HOST=ssh://…`
  'SSH_AUTH_SOCK',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'DOCKER_API_VERSION',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'STORAGE_DRIVER',
  'STORAGE_OPTS',
  'BUILDAH_ISOLATION',
  'CONTAINERS_CONF',
  'CONTAINERS_REGISTRIES_CONF',
  'CONTAINERS_STORAGE_CONF',
]);

export type Environment = Readonly<Record<string, string | undefined>>;

/** The part of an environment that engines get. */
export function engineEnvironment(own: Environment): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && PASSED.has(name.endsWith('_proxy') ? name.toUpperCase() : name)) passed[name] = value;
  }
  return passed;
}
