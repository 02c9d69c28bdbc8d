import type { Handlers } from '../handler.ts';
import { credentialsOf, roleCaller } from '../sts/callers.ts';

interface AssumeRoleInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number;
}
const HOUR_SECONDS = 3600;

export const STS: Handlers = {
  GetCallerIdentity(_region, _input: object, caller) {
    return { UserId: caller.userId, Account: caller.account, Arn: caller.arn };
  },

  AssumeRole({ environment }, { RoleArn, RoleSessionName, DurationSeconds = HOUR_SECONDS }: AssumeRoleInput) {
    const assumed = roleCaller(RoleArn ?? '', RoleSessionName ?? '');
    const Expiration = new Date(environment.now() + DurationSeconds * 1000);
    return {
      Credentials: { ...credentialsOf(assumed), Expiration },
      AssumedRoleUser: { AssumedRoleId: assumed.userId, Arn: assumed.arn },
    };
  },
};
