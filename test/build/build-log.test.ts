import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BuildLog } from '../../src/build/build-log.ts';
import { buildFailureOf } from '../../src/build/engine-words.ts';

/** What an engine wrote; what is told of it (with `=` where it was in the cache); which step failed, or was the last. */
interface Captured {
  readonly what: string;
  readonly log: string;
  readonly told: readonly string[];
  readonly step: string | undefined;
  readonly failure?: string;
}

/** Captured from the engines named, on Debian 12, with names and digests cut short. */
const CAPTURED: readonly Captured[] = [
  {
    what: 'buildx 0.30.1 with Docker 20.10.24, from the cache',
    log: `#0 building with "default" instance using docker driver
#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 219B done
#1 DONE 0.0s
#2 [internal] load .dockerignore
#2 transferring context: 2B done
#2 DONE 0.0s
#3 [internal] load build context
#3 transferring context: 1.98MB 0.0s done
#3 DONE 0.1s
#4 [base 1/2] COPY busybox /bin/busybox
#4 CACHED
#5 [base 2/2] RUN ["/bin/busybox", "true"]
#5 CACHED
#6 [stage-1 1/1] COPY . /srv
#6 DONE 0.0s
#7 exporting to image
#7 exporting layers 0.8s done
#7 writing image sha256:dfb2b6b2 done
#7 DONE 0.8s`,
    told: [
      '1/2 COPY busybox /bin/busybox',
      '=1/2 COPY busybox /bin/busybox',
      '2/2 RUN ["/bin/busybox", "true"]',
      '=2/2 RUN ["/bin/busybox", "true"]',
      '1/1 COPY . /srv',
    ],
    step: 'COPY . /srv',
  },
  {
    what: 'buildx 0.30.1 with Docker 20.10.24, a step that fails',
    log: `#6 [stage-1 1/2] COPY . /srv
#6 DONE 0.0s
#7 [stage-1 2/2] RUN ["/bin/busybox", "sh", "-c", "echo hi; exit 7"]
#7 0.400 hi
#7 ERROR: executor failed running [/bin/busybox sh -c echo hi; exit 7]: exit code: 7
------
 > [stage-1 2/2] RUN ["/bin/busybox", "sh", "-c", "echo hi; exit 7"]:
0.400 hi
------
ERROR: failed to build: failed to solve: executor failed running [/bin/busybox sh -c echo hi; exit 7]: exit code: 7`,
    told: ['1/2 COPY . /srv', '2/2 RUN ["/bin/busybox", "sh", "-c", "echo hi; exit 7"]'],
    step: 'RUN ["/bin/busybox", "sh", "-c", "echo hi; exit 7"]',
    failure: 'step',
  },
  {
    what: 'buildx 0.30.1 with Docker 20.10.24, a file that is not there, while another step works',
    log: `#7 [stage-1 2/2] COPY nothere /x
#7 ERROR: "/nothere" not found: not found
#8 [base 2/2] RUN ["/bin/busybox", "true"]
#8 CANCELED
------
 > [stage-1 2/2] COPY nothere /x:
------
ERROR: failed to build: failed to solve: failed to compute cache key: "/nothere" not found: not found`,
    told: ['2/2 COPY nothere /x', '2/2 RUN ["/bin/busybox", "true"]'],
    step: 'COPY nothere /x',
    failure: 'step',
  },
  {
    what: 'buildx 0.30.1 with Docker 20.10.24, a base image that cannot be had',
    log: `#3 [internal] load metadata for 127.0.0.1:1/none:1
#3 ERROR: failed to do request: Head "http://127.0.0.1:1/v2/none/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused
------
 > [internal] load metadata for 127.0.0.1:1/none:1:
------
ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: failed to do request: Head "http://127.0.0.1:1/v2/none/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused`,
    told: [],
    step: 'FROM 127.0.0.1:1/none:1',
    failure: 'base-image',
  },
  {
    what: 'buildx 0.30.1 with Docker 20.10.24, a Dockerfile that does not read',
    log: `#2 [internal] load .dockerignore
#2 DONE 0.1s
ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 8: unknown instruction: FOO`,
    told: [],
    step: undefined,
    failure: 'step',
  },
  {
    what: 'BuildKit of Docker 20.10.24 without buildx',
    log: `#4 [base 1/2] COPY busybox /bin/busybox
#4 sha256:bc808acc5810dbf75e99c383234ce47f7d6b52120fb6a6b3d4b6d16e6311d4aa
#4 CACHED
#6 [stage-1 2/2] RUN ["/bin/busybox", "sh", "-c", "exit 7"]
#6 sha256:c496e56fd4f6f66ca96258abf29885a36d6d9014ccf278dd60e367e93db329d5
#6 ERROR: executor failed running [/bin/busybox sh -c exit 7]: exit code: 7
executor failed running [/bin/busybox sh -c exit 7]: exit code: 7`,
    told: [
      '1/2 COPY busybox /bin/busybox',
      '=1/2 COPY busybox /bin/busybox',
      '2/2 RUN ["/bin/busybox", "sh", "-c", "exit 7"]',
    ],
    step: 'RUN ["/bin/busybox", "sh", "-c", "exit 7"]',
    failure: 'step',
  },
  {
    what: 'the classic builder of Docker 20.10.24',
    log: `Sending build context to Docker daemon  1.987MB
Step 1/3 : FROM scratch AS base
 ---> 
Step 2/3 : COPY busybox /bin/busybox
 ---> Using cache
 ---> fd3040a13060
Step 3/3 : RUN ["/bin/busybox", "sh", "-c", "echo hi; exit 7"]
 ---> Running in 843e8ca2a054
hi
Removing intermediate container 843e8ca2a054
The command '/bin/busybox sh -c echo hi; exit 7' returned a non-zero code: 7`,
    told: [
      '1/3 FROM scratch AS base',
      '2/3 COPY busybox /bin/busybox',
      '=2/3 COPY busybox /bin/busybox',
      '3/3 RUN ["/bin/busybox", "sh", "-c", "echo hi; exit 7"]',
    ],
    step: 'RUN ["/bin/busybox", "sh", "-c", "echo hi; exit 7"]',
    failure: 'step',
  },
  {
    what: 'podman 4.3.1 and buildah 1.28.2',
    log: `[1/2] STEP 1/2: FROM scratch AS base
[1/2] STEP 2/2: COPY busybox /bin/busybox
--> Using cache 10bee1c35febc1f524d9131a54a1c654d4c857467c83204fbbcd1e1844a1ca79
--> 10bee1c35fe
[2/2] STEP 1/2: FROM 619a130feb6341a20aa31da73803b1001577ad0cf2a7b4934e8685de5b5bc165
[2/2] STEP 2/2: RUN ["/bin/busybox", "sh", "-c", "echo hi; exit 7"]
hi
subprocess exited with status 7
Error: building at STEP "RUN /bin/busybox sh -c echo hi; exit 7": exit status 7`,
    told: [
      '1/2 FROM scratch AS base',
      '2/2 COPY busybox /bin/busybox',
      '=2/2 COPY busybox /bin/busybox',
      '1/2 FROM 619a130feb6341a20aa31da73803b1001577ad0cf2a7b4934e8685de5b5bc165',
      '2/2 RUN ["/bin/busybox", "sh", "-c", "echo hi; exit 7"]',
    ],
    step: 'RUN ["/bin/busybox", "sh", "-c", "echo hi; exit 7"]',
    failure: 'step',
  },
];
for (const { what, log, told, step, failure } of CAPTURED) {
  test(`the log of ${what}`, () => {
    const seen: string[] = [];
    const reader = new BuildLog((said) => {
      if (said.kind === 'step') seen.push(`${said.cached ? '=' : ''}${said.n}/${said.of} ${said.text}`);
    });
    for (const line of log.split('\n')) reader.take(line);
    assert.deepEqual(seen, told);
    assert.equal(reader.step, step);
    assert.equal(reader.cachedSteps, told.filter((line) => line.startsWith('=')).length);
    if (failure !== undefined) assert.equal(buildFailureOf(log), failure);
  });
}
