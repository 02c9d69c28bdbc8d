import type { Environment } from './config.ts';

/** Where images are built in AWS CodeBuild. */
export interface CodeBuildConfig {
  readonly project: string;
  /** For images of `architecture: arm64`; absent: the same. */
  readonly arm64Project?: string;
  readonly bucket: string;
  readonly prefix: string;
}

interface Setting {
  readonly variable: string;
  readonly grammar: RegExp;
  readonly must: string;
}

const PROJECT: Setting = {
  variable: 'EVENKEEL_CODEBUILD_PROJECT',
  /** SDK, StartBuildInput; CodeBuild user guide, "Quotas": 2 to 255 letters, digits, dashes and underscores. */
  grammar: /^[A-Za-z0-9][A-Za-z0-9_-]{1,254}$/,
  must: 'must be the name of a CodeBuild project: 2 to 255 letters, digits, dashes and underscores',
};
const ARM64_PROJECT: Setting = { ...PROJECT, variable: 'EVENKEEL_CODEBUILD_ARM64_PROJECT' };
const BUCKET: Setting = {
  variable: 'EVENKEEL_CODEBUILD_BUCKET',
  /** S3 user guide, "Bucket naming rules". */
  grammar: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  must: 'must be the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and dashes',
};
const PREFIX: Setting = {
  variable: 'EVENKEEL_CODEBUILD_PREFIX',
  /** S3 user guide, "Object key naming guidelines": what needs no special handling. */
  grammar: /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/,
  must: 'must be a path without a slash at either end, of letters, digits, dots, dashes and underscores',
};
const DEFAULT_PREFIX = 'evenkeel';

/** Undefined: nothing of it is set, and the builder is another. `complain` is told everything wrong. */
export function readCodeBuild(
  env: Environment,
  builder: string,
  complain: (problem: string) => void,
): CodeBuildConfig | undefined {
  const valueIn = ({ variable }: Setting): string | undefined => env[variable] || undefined;
  const given = [PROJECT, ARM64_PROJECT, BUCKET, PREFIX].some((setting) => valueIn(setting) !== undefined);
  if (!given && builder !== 'codebuild') return undefined;
  const read = (setting: Setting, fallback?: string): string => {
    const value = valueIn(setting) ?? fallback;
    if (value === undefined) {
      const others = [PROJECT, BUCKET].map(({ variable }) => variable).join(' and ');
      complain(`${setting.variable} is not set: building in AWS CodeBuild takes ${others}`);
    } else if (!setting.grammar.test(value)) complain(`${setting.variable} '${value}' ${setting.must}`);
    return value ?? '';
  };
  const arm64 = valueIn(ARM64_PROJECT) === undefined ? {} : { arm64Project: read(ARM64_PROJECT) };
  return { project: read(PROJECT), ...arm64, bucket: read(BUCKET), prefix: read(PREFIX, DEFAULT_PREFIX) };
}
