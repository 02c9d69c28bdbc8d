import type { Path } from '../path.ts';
import type { Report, Subject } from '../rule.ts';
import { isSecretName } from '../secret-name.ts';

const CONTAINER: Path = ['spec', 'container'];
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names of variables, and values that should be references. Values never get into a message. */
export function checkEnvironment({ manifest }: Subject, report: Report): void {
  const { environment, secrets } = manifest.spec.container;
  for (const group of ['environment', 'secrets'] as const) {
    for (const name of Object.keys(manifest.spec.container[group]))
      checkName(name, [...CONTAINER, group, name], report);
  }
  for (const name of Object.keys(secrets)) {
    if (!Object.hasOwn(environment, name)) continue;
    const message = 'is also given in `environment`; ECS takes a name only once';
    report.error([...CONTAINER, 'secrets', name], message, {
      mark: 'key',
      about: [[...CONTAINER, 'environment', name]],
    });
  }
  for (const [name, value] of Object.entries(environment)) {
    if (value !== '' && isSecretName(name)) warnOfPlainSecret(name, [...CONTAINER, 'environment', name], report);
  }
  const args = manifest.spec.image.build?.args ?? {};
  for (const [name, value] of Object.entries(args)) {
    if (value !== '' && isSecretName(name)) warnOfPlainSecret(name, ['spec', 'image', 'build', 'args', name], report);
  }
}

function checkName(name: string, path: Path, report: Report): void {
  if (NAME.test(name)) return;
  const message = 'the name must consist of letters, digits and underscores, and must not begin with a digit';
  report.error(path, message, { mark: 'key' });
}

function warnOfPlainSecret(name: string, path: Path, report: Report): void {
  const message = `${name} looks like a secret, and stands here as a plain value`;
  const help = path.includes('args')
    ? 'build arguments can be read in the image; read it when the container runs'
    : 'put it into Secrets Manager or SSM Parameter Store, and its ARN under `secrets`';
  report.warning(path, message, { mark: 'key', help });
}
