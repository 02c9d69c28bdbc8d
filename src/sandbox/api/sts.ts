import type { Handlers } from '../handler.ts';

export const STS: Handlers = {
  GetCallerIdentity(_region, _input: object, caller) {
    return { Account: caller.account, Arn: caller.arn, UserId: caller.userId };
  },
};
