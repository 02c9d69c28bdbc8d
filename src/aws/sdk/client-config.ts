import type { STSClientConfig } from '@aws-sdk/client-sts';
import type { ApiName, SdkOptions } from './sdk-options.ts';

const CONNECT_TIMEOUT_MS = 3000;
const REQUEST_TIMEOUT_MS = 10_000;
/** S3's are uploads, as large as they come. */
const UPLOAD_TIMEOUT_MS = 300_000;
const MAX_SOCKETS = 50;
const ROLE_SESSION_NAME = 'evenkeel';

/** What the constructors of all SDK clients take alike. */
export type ClientConfig = Pick<
  STSClientConfig,
  'region' | 'maxAttempts' | 'retryMode' | 'customUserAgent' | 'requestHandler' | 'endpoint' | 'profile' | 'credentials'
>;

/** The configuration of one API's client. */
export async function clientConfig(api: ApiName, options: SdkOptions): Promise<ClientConfig> {
  const credentials = await credentialsOf(options);
  return {
    region: options.region,
    // Retrying is done once, outside; the SDK would take account limits for throttling and repeat writes.
    maxAttempts: 1,
    retryMode: 'standard',
    customUserAgent: [['evenkeel', options.version]],
    requestHandler: requestHandlerOptions(api, options),
    ...endpointOf(api, options),
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(credentials !== undefined && { credentials }),
  };
}

function requestHandlerOptions(api: ApiName, options: SdkOptions): NonNullable<ClientConfig['requestHandler']> {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return {
    connectionTimeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    requestTimeout: options.requestTimeoutMs ?? (api === 's3' ? UPLOAD_TIMEOUT_MS : REQUEST_TIMEOUT_MS),
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  };
}

function endpointOf(api: ApiName, options: SdkOptions): { readonly endpoint?: string } {
  const endpoint = options.endpoints?.[api] ?? options.endpoint;
  return endpoint === undefined ? {} : { endpoint };
}

/** Undefined: the SDK's own chain. The providers are large, and loaded only where they are needed. */
async function credentialsOf(options: SdkOptions): Promise<ClientConfig['credentials']> {
  if (options.assumeRoleArn === undefined) return options.credentials;
  const providers = await import('@aws-sdk/credential-providers');
  const { profile } = options;
  const masterCredentials =
    options.credentials ?? (profile === undefined ? undefined : providers.fromNodeProviderChain({ profile }));
  return providers.fromTemporaryCredentials({
    params: { RoleArn: options.assumeRoleArn, RoleSessionName: ROLE_SESSION_NAME },
    clientConfig: {
      region: options.region,
      ...endpointOf('sts', options),
      requestHandler: requestHandlerOptions('sts', options),
    },
    ...(masterCredentials !== undefined && { masterCredentials }),
  });
}
