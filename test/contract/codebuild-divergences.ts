import { startOf } from './codebuild-contract.ts';
import type { Divergence } from './divergences.ts';
import { createProject } from './support/build-ground.ts';
import { outcomeOf } from './support/outcome.ts';
import { CALL, type Subject } from './support/subject.ts';

const MINUTES_MS = 5 * 60_000;

async function projectOf(subject: Subject, name: string): Promise<string> {
  await createProject(subject.emulator.url, name);
  return name;
}

/** The times of a build, as they come over the wire. */
async function rawStartTime(subject: Subject, projectName: string): Promise<string> {
  const scope = 'Credential=contract/20260101/us-east-1/codebuild/aws4_request, SignedHeaders=host, Signature=0';
  const response = await fetch(subject.emulator.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'CodeBuild_20161006.StartBuild',
      authorization: `AWS4-HMAC-SHA256 ${scope}`,
    },
    body: JSON.stringify(startOf(projectName)),
  });
  const { build } = (await response.json()) as { readonly build: { readonly startTime: unknown } };
  return typeof build.startTime;
}

/** What moto makes of builds: it keeps their names, and calls every one a success as soon as it is described. */
export const CODEBUILD_DIVERGENCES: readonly Divergence[] = [
  {
    what: 'the times of a build are seconds; the SDK refuses the answer that has text in their place',
    right: 'sandbox',
    source: 'Smithy, AWS JSON 1.1 protocol, timestamps',
    observe: async (subject) => rawStartTime(subject, await projectOf(subject, 'd-times')),
    sandbox: 'number',
    moto: 'string',
  },
  {
    what: 'a repeated StartBuild with the same idempotency token answers the build that it started',
    right: 'sandbox',
    source: 'CodeBuild API, StartBuild, idempotencyToken',
    observe: async (subject) => {
      const start = startOf(await projectOf(subject, 'd-token'), { idempotencyToken: 'token' });
      const { codeBuild } = subject.gateway;
      const first = await codeBuild.startBuild(start, CALL);
      const again = await codeBuild.startBuild(start, CALL);
      const other = await outcomeOf(codeBuild.startBuild({ ...start, buildspecOverride: 'version: 0.2' }, CALL));
      return { same: first!.id === again!.id, other };
    },
    sandbox: { same: true, other: 'invalid' },
    moto: { same: false, other: 'done' },
  },
  {
    what: 'a build takes time, and says which phase it is in',
    right: 'sandbox',
    source: 'CodeBuild user guide, "Build phase transitions"',
    observe: async (subject) => {
      const { codeBuild } = subject.gateway;
      const build = await codeBuild.startBuild(startOf(await projectOf(subject, 'd-phases')), CALL);
      return (await codeBuild.describeBuild(build!.id!, CALL))?.currentPhase;
    },
    sandbox: 'QUEUED',
    moto: 'COMPLETED',
  },
  {
    what: 'a build says when it is complete',
    right: 'sandbox',
    source: 'CodeBuild API, Build, buildComplete',
    observe: async (subject) => {
      const { codeBuild } = subject.gateway;
      const build = await codeBuild.startBuild(startOf(await projectOf(subject, 'd-complete')), CALL);
      await subject.emulator.pass(MINUTES_MS);
      return (await codeBuild.describeBuild(build!.id!, CALL))?.buildComplete;
    },
    sandbox: true,
    moto: false,
  },
  {
    what: 'a build that was stopped stays stopped',
    right: 'sandbox',
    source: 'CodeBuild API, Build, buildStatus',
    observe: async (subject) => {
      const { codeBuild } = subject.gateway;
      const build = await codeBuild.startBuild(startOf(await projectOf(subject, 'd-stopped')), CALL);
      await codeBuild.stopBuild(build!.id!, CALL);
      return (await codeBuild.describeBuild(build!.id!, CALL))?.buildStatus;
    },
    sandbox: 'STOPPED',
    moto: 'SUCCEEDED',
  },
  {
    what: 'a build that CodeBuild does not know is named; moto leaves it out, and that is doubt',
    right: 'sandbox',
    source: 'CodeBuild API, BatchGetBuilds, buildsNotFound',
    observe: (subject) =>
      outcomeOf(subject.gateway.codeBuild.describeBuild('d-none:0a1b2c3d-0000-4000-a000-000000000000', CALL)),
    sandbox: 'done',
    moto: 'ambiguous',
  },
  {
    what: 'a build shows the source and the environment it was given; moto shows the same of every build',
    right: 'sandbox',
    source: 'CodeBuild API, Build, source and environment',
    observe: async (subject) => {
      const environmentVariablesOverride = [{ name: 'EVENKEEL_IMAGE', value: 'x', type: 'PLAINTEXT' }];
      const start = startOf(await projectOf(subject, 'd-given'), { environmentVariablesOverride });
      const build = await subject.gateway.codeBuild.startBuild(start, CALL);
      return build?.environment?.environmentVariables?.map(({ name }) => name);
    },
    sandbox: ['EVENKEEL_IMAGE'],
    moto: [],
  },
  {
    what: 'a build has a log',
    right: 'sandbox',
    source: 'CodeBuild API, LogsLocation',
    observe: async (subject) => {
      const { codeBuild, logs } = subject.gateway;
      const build = await codeBuild.startBuild(startOf(await projectOf(subject, 'd-log')), CALL);
      await subject.emulator.pass(MINUTES_MS);
      const { groupName = 'none', streamName = 'none' } = (await codeBuild.describeBuild(build!.id!, CALL))?.logs ?? {};
      const part = await logs.readStream({ group: groupName, stream: streamName }, undefined, CALL);
      return (part?.messages.length ?? 0) > 0;
    },
    sandbox: true,
    moto: false,
  },
];
