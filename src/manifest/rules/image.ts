import { parseImageReference } from '../image-reference.ts';
import type { Path } from '../path.ts';
import type { Report, Subject } from '../rule.ts';

export function checkImage({ document, manifest }: Subject, report: Report): void {
  const { image, sidecars } = manifest.spec;
  if (image.uri !== undefined) checkReference(image.uri, ['spec', 'image', 'uri'], report);
  else {
    checkBuild(image.build.context, image.build.dockerfile, report);
    checkRepository(image.build.repository, report);
  }
  if (image.build !== undefined && document.spec.image.follow !== undefined) {
    report.error(['spec', 'image', 'follow'], '`follow` may only be used with `uri`', { mark: 'key' });
  }
  for (const [index, sidecar] of sidecars.entries()) {
    checkReference(String(sidecar['image']), ['spec', 'sidecars', index, 'image'], report);
  }
}

function checkReference(uri: string, path: Path, report: Report): void {
  const reference = parseImageReference(uri);
  if (typeof reference === 'string') {
    report.error(path, `is not an image reference: ${reference}`, {
      help: 'for example: registry.example.com/team/app:1.4',
    });
    return;
  }
  if (reference.digest !== undefined) return;
  if (reference.tag === undefined || reference.tag === 'latest') {
    const what = reference.tag === undefined ? 'an image without a tag means' : 'the tag means';
    report.warning(path, `${what} "whatever is newest"`, {
      help: 'name a version, so that a rollback finds the old one',
    });
  }
}

/** Only a repository named by default can get here wrong: the schema checks one that is written. */
function checkRepository(repository: string, report: Report): void {
  if (repository.length >= 2 && !repository.includes('--')) return;
  report.error(['spec', 'image', 'build'], `'${repository}' may not be the name of an ECR repository`, {
    mark: 'key',
    help: 'give `repository`: two dashes in a row, or one character alone, are not allowed there',
    about: [['metadata', 'name']],
  });
}

const DIRECTORY_HELP = 'give a directory, relative to the manifest';

function checkBuild(context: string, dockerfile: string, report: Report): void {
  const path = ['spec', 'image', 'build', 'context'];
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(context) || context.includes('@')) {
    report.error(path, 'must not be an address', { help: DIRECTORY_HELP });
  } else if (context.startsWith('-') || /^[/\\~]/.test(context)) {
    report.error(path, 'must be a relative path, and must not begin with a dash', { help: DIRECTORY_HELP });
  }
  const isInside = !/^[-/\\~]/.test(dockerfile) && !dockerfile.split(/[\\/]/).includes('..');
  if (isInside && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(dockerfile)) return;
  report.error(['spec', 'image', 'build', 'dockerfile'], 'must be a file inside the context', {
    help: 'give a path relative to the context, without ..',
  });
}
