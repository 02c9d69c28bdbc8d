import { EXIT } from './exit-codes.ts';
import { readPackageFile } from './package-file.ts';
import { type Session, say } from './session.ts';

const FILES: Readonly<Record<string, string>> = {
  FargateService: 'fargate-service.v1.json',
  DeploymentRequest: 'deployment-request.v1.json',
};

/** `evenkeel schema`: the contract, as it ships. */
export async function runSchema(session: Session): Promise<number> {
  const file = FILES[session.flags.kind ?? 'FargateService']!;
  say(session, (await readPackageFile('schemas', file)).trimEnd());
  return EXIT.done;
}
