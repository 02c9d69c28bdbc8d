/** What the host name of a private ECR registry says. */
export interface EcrHost {
  readonly account: string;
  readonly region: string;
}

/**
 * Reads `<account>.dkr.ecr.<region>.amazonaws.com[.cn]` and the dual-stack `<account>.dkr-ecr.<region>.on.aws`
 * (Amazon ECR user guide, "Private registry", "IPv6").
 */
export function parseEcrHost(host: string | undefined): EcrHost | undefined {
  const classic = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(host ?? '');
  const dual = /^(\d{12})\.dkr-ecr(?:-fips)?\.([a-z0-9-]+)\.on\.aws$/.exec(host ?? '');
  const [, account, region] = classic ?? dual ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}
