export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** `ecs`, `s3`, … */
  readonly service: string;
}

const SCOPE = /Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/;

/** Who signed a request, for which region and service (Signature Version 4). The signature itself is not verified. */
export function credentialScope(authorization: string | undefined): CredentialScope | undefined {
  const match = SCOPE.exec(authorization ?? '');
  return match === null ? undefined : { accessKeyId: match[1]!, region: match[2]!, service: match[3]! };
}
