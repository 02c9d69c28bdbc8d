import { AwsFault } from '../../aws/errors.ts';
import { clientException, fault as refusal } from '../refusals.ts';
import type { FailingEnding } from './verdict.ts';

/** A 5xx whose body is a page, not AWS's protocol. In process it is what the SDK makes of it. */
export class HtmlFault extends AwsFault {
  readonly page: string;

  constructor(status: number) {
    const page = `<html>\n<head><title>${status} Service Unavailable</title></head>\n<body>\n<center><h1>${status} Service Unavailable</h1></center>\n</body>\n</html>\n`;
    super('SyntaxError', page, { status });
    this.page = page;
  }
}

/** No answer arrives. Over HTTP the connection breaks. */
export class ConnectionFault extends AwsFault {
  constructor() {
    super('ECONNRESET', 'socket hang up');
  }
}

/** What each API calls a failure of its own (SDK, the modelled server faults). */
const SERVER_ERRORS: Readonly<Record<string, string>> = {
  ecs: 'ServerException',
  ecr: 'ServerException',
  logs: 'ServiceUnavailableException',
  'application-autoscaling': 'InternalServiceException',
  dynamodb: 'InternalServerError',
};

/** What the caller gets instead of an answer. */
export function failureOf(fault: FailingEnding, operation: string, callerArn: string): AwsFault {
  const api = operation.slice(0, operation.indexOf(':'));
  // The Query protocol answers these with 403, JSON with 400 ("Common errors" of each API).
  const status = api === 'elbv2' || api === 'sts' ? 403 : 400;
  switch (fault.kind) {
    case 'throttle':
      return refusal(fault.code ?? 'ThrottlingException', fault.message ?? 'Rate exceeded', fault.status);
    case 'server-error':
      return refusal(
        fault.code ?? SERVER_ERRORS[api] ?? 'InternalFailure',
        'Service Unavailable. Please try again later.',
        fault.status ?? 500,
      );
    case 'html':
      return new HtmlFault(fault.status ?? 503);
    case 'reset':
    case 'blackout':
      return new ConnectionFault();
    case 'access-denied':
      return refusal('AccessDeniedException', fault.message ?? denial(operation, callerArn), status);
    case 'expired-credentials':
      return fault.reason === 'revoked'
        ? refusal(
            status === 403 ? 'InvalidClientTokenId' : 'UnrecognizedClientException',
            'The security token included in the request is invalid.',
            status,
          )
        : refusal('ExpiredTokenException', 'The security token included in the request is expired', status);
    case 'concurrent-registration':
      return clientException('Too many concurrent attempts to create a new revision of the specified family.');
  }
}

/** As IAM words it ("Troubleshoot access denied error messages", IAM user guide). */
function denial(operation: string, callerArn: string): string {
  const action = operation.replace(/^elbv2:/, 'elasticloadbalancing:');
  return (
    `User: ${callerArn} is not authorized to perform: ${action} ` +
    `because no identity-based policy allows the ${action} action`
  );
}
