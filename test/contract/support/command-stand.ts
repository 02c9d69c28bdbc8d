import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, type Environment, evenkeel, startSandboxProcess } from './command-line.ts';
import { CLUSTER, startMotoEmulator } from './emulator.ts';
import { createRepository, putImage } from './put-image.ts';
import { isMutating, type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

const TAG = '1.0';

/** An AWS that commands are run against as a person would, and every request they send. */
export interface CommandStand extends AsyncDisposable {
  readonly proxy: RecordingProxy;
  /** `evenkeel ARGS`, there. */
  run(...args: readonly string[]): Promise<Ended>;
  /** Puts the image that the manifest of this name asks for, where that is needed. */
  push(name: string): Promise<void>;
  /** Writes a manifest whose spec has these further lines; resolves to its path. */
  manifest(name: string, ...lines: readonly string[]): Promise<string>;
  /** The requests since last time that could change something. */
  writes(): readonly string[];
}

/** Where services can run. */
export interface Ground extends AsyncDisposable {
  readonly url: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Sees to it that there is an image of this name. */
  push?(repository: string, tag: string): Promise<void>;
}

/** The sandbox as it ships: `evenkeel sandbox`, in a process of its own. */
export async function sandboxGround(): Promise<Ground> {
  const sandbox = await startSandboxProcess();
  return {
    url: sandbox.env['AWS_ENDPOINT_URL']!,
    subnets: ['subnet-0a1b2c3d4e5f60718'],
    securityGroups: ['sg-0a1b2c3d4e5f60718'],
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

/** Nothing is implied there: an image has to be put before it can be found. */
export async function motoGround(): Promise<Ground> {
  const moto = await startMotoEmulator();
  return {
    ...moto,
    async push(repositoryName, imageTag) {
      await createRepository(moto.url, repositoryName);
      await putImage({ url: moto.url, repositoryName, imageTag });
    },
    [Symbol.asyncDispose]: () => moto[Symbol.asyncDispose](),
  };
}

export async function commandStand(start: () => Promise<Ground>): Promise<CommandStand> {
  const stack = new AsyncDisposableStack();
  const ground = stack.use(await start());
  const proxy = stack.use(await startRecordingProxy(ground.url));
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-contract-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const env: Environment = {
    AWS_ENDPOINT_URL: proxy.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'contract',
    AWS_SECRET_ACCESS_KEY: 'contract',
    HOME: directory,
  };
  return {
    proxy,
    run: (...args) => evenkeel(args, env),
    push: async (name) => ground.push?.(name, TAG),
    async manifest(name, ...lines) {
      const file = join(directory, `${name}.yaml`);
      await writeFile(file, manifestText(name, ground, lines));
      return file;
    },
    writes: () =>
      proxy
        .take()
        .filter(isMutating)
        .map(({ operation }) => operation),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** What moto keeps whole: see `divergences.ts` for what it does not. */
function manifestText(name: string, { subnets, securityGroups }: Ground, lines: readonly string[]): string {
  return `apiVersion: evenkeel.dev/v1
kind: FargateService
metadata: { name: ${name}, labels: { team: ml } }
spec:
  cluster: ${CLUSTER}
  executionRoleArn: arn:aws:iam::123456789012:role/ecsTaskExecutionRole
  image: { uri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/${name}:${TAG} }
  container: { environment: { LOG_LEVEL: info } }
  network: { subnets: [${subnets.join(', ')}], securityGroups: [${securityGroups.join(', ')}] }
${lines.map((line) => `  ${line}\n`).join('')}`;
}
