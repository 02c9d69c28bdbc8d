import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildContext, type ContextPlace, readBuildContext, readSmall } from './build-context.ts';
import { BuildRefused } from './build-refused.ts';
import { byPath, type ContextEntry } from './context-entry.ts';

/** Files that are laid under those of a folder, to make an image of what would not be one by itself. */
export interface Template {
  readonly name: string;
  /** In the hash: raise it when the template's meaning changes other than through its files, which are there themselves. */
  readonly version: string;
  /** What the folder must bring. */
  readonly needs: string;
  /** What the folder gets unless it has its own. */
  readonly files: readonly string[];
  /** Stays out unless the folder has a `.dockerignore` of its own. */
  readonly ignore: string;
}

/** `generated_agent.py`, and optionally `requirements.txt`, become a server that answers on port 8000. */
export const STRANDS_AGENT: Template = {
  name: 'strands-agent',
  version: '1',
  needs: 'generated_agent.py',
  files: ['agent_server.py', 'requirements.txt'],
  ignore: ['.git', '**/.env', '**/.env.*', '**/__pycache__', '**/*.pyc', '**/.venv', '**/venv', '.aws', '.ssh'].join(
    '\n',
  ),
};

const MAX_DOCKERFILE_BYTES = 1024 ** 2;

/**
 * Lists a folder with a template under it. The folder's own file of the same name always wins; the Dockerfile that wins
 * need not be part of the context. `templateFolder` holds the template's files. Throws BuildRefused.
 */
export async function readTemplateContext(
  place: ContextPlace,
  template: Template,
  templateFolder: string,
  signal: AbortSignal,
): Promise<BuildContext> {
  const dockerfile = await templateDockerfile(template, templateFolder);
  const fallback = { dockerfile, ignore: template.ignore };
  const own = await readBuildContext({ ...place, fallback }, signal);
  const has = new Set(own.entries.map((entry) => entry.path));
  if (!has.has(template.needs)) throw missing(place, template);
  const added: ContextEntry[] = [];
  for (const file of template.files) if (!has.has(file)) added.push(await templateFile(templateFolder, file));
  const entries = [...own.entries, ...added].sort(byPath);
  return { ...own, entries, template: { name: template.name, version: template.version } };
}

async function templateDockerfile(template: Template, folder: string): Promise<string> {
  const text = await readSmall(join(folder, 'Dockerfile'), 'Dockerfile', MAX_DOCKERFILE_BYTES);
  if (text === undefined)
    throw new Error(`the template ${template.name} is not installed: ${folder} has no Dockerfile`);
  return text;
}

async function templateFile(folder: string, path: string): Promise<ContextEntry> {
  const source = join(folder, path);
  const { dev, ino, size, mtimeNs, ctimeNs, mode } = await lstat(source, { bigint: true });
  const identity = { dev, ino, sizeBytes: size, mtimeNs, ctimeNs };
  return { kind: 'file', path, source, executable: (mode & 0o111n) !== 0n, sizeBytes: Number(size), identity };
}

function missing(place: ContextPlace, { name, needs }: Template): BuildRefused {
  const message = `${place.context} has no ${needs} (or its .dockerignore leaves it out), which the template ${name} is made for`;
  return new BuildRefused('missing-file', needs, message);
}
