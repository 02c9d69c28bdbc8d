import { AwsFault } from '../../../src/aws/errors.ts';
import { sha256 } from '../../../src/lib/hash.ts';
import { findImage, recordPushed } from '../../../src/sandbox/ecr/images.ts';
import type { Region } from '../../../src/sandbox/region.ts';

/** What a machine's engine is asked to do. The images it makes stay on the machine when a controller dies. */
export type EngineCall =
  | { readonly operation: 'engine:GetVersion'; readonly input: object }
  | {
      readonly operation: 'engine:Build';
      readonly input: { readonly repositoryName: string; readonly content: string };
    }
  | { readonly operation: 'engine:Push'; readonly input: PushInput }
  | { readonly operation: 'engine:Discard'; readonly input: { readonly localRef: string } };

interface PushInput {
  readonly repositoryName: string;
  readonly tag: string;
  readonly localRef: string;
}

/** What is wrong with an engine until somebody puts it right. */
export type EngineTrouble = 'down' | 'disk-full';

/** The engine of one machine. Two builds of the same folder never have the same digest: layers carry times. */
export class Engine {
  readonly #images = new Map<string, string>();
  trouble: EngineTrouble | undefined;
  #builds = 0;

  /** Throws `AwsFault` with the code that `SimBuilder` turns into what an engine says. */
  perform(call: EngineCall, region: Region): object {
    if (this.trouble === 'down') throw new AwsFault('ECONNREFUSED', 'there is no engine');
    switch (call.operation) {
      case 'engine:GetVersion':
        return { version: '27' };
      case 'engine:Build':
        return this.#build(call.input.content);
      case 'engine:Push':
        return this.#push(call.input, region);
      case 'engine:Discard':
        this.#images.delete(call.input.localRef);
        return {};
    }
  }

  /** Images that were made here and not let go of. */
  get kept(): number {
    return this.#images.size;
  }

  #build(content: string): object {
    if (this.trouble === 'disk-full') throw new AwsFault('DiskFull', 'no space left on device');
    const imageManifest = JSON.stringify({ schemaVersion: 2, content, made: ++this.#builds });
    const imageId = `sha256:${sha256(imageManifest)}`;
    this.#images.set(imageId, imageManifest);
    return { imageId, localRef: imageId };
  }

  #push({ repositoryName, tag, localRef }: PushInput, region: Region): object {
    const record = region.repositories.get(repositoryName);
    const imageManifest = this.#images.get(localRef);
    if (record === undefined) throw new AwsFault('RepositoryNotFoundException', 'there is no such repository');
    if (imageManifest === undefined) throw new AwsFault('NoSuchImage', `no such image: ${localRef}`);
    const there = findImage(record, { imageTag: tag });
    const digest = `sha256:${sha256(imageManifest)}`;
    if (there !== undefined && there.digest !== digest && record.repository.imageTagMutability === 'IMMUTABLE') {
      throw new AwsFault('ImageTagAlreadyExistsException', 'the tag is immutable');
    }
    return { digest: recordPushed(region, record, { imageManifest }, tag).digest };
  }
}
