import { nearest } from '../lib/suggest.ts';
import { type Located, nodeAt } from './located.ts';
import { type Path, printable } from './path.ts';
import type { Form } from './validate.ts';

/** Which form a document has, whether it is somebody else's, or ours and misspelt. */
export type Recognised =
  | { readonly kind: 'form'; readonly form: Form }
  | { readonly kind: 'foreign'; readonly path: Path; readonly message: string }
  | { readonly kind: 'misspelt'; readonly path: Path; readonly message: string; readonly help?: string };

const API_VERSION = 'evenkeel.dev/v1';
const KIND = 'FargateService';
const DEPLOYMENT_TYPE = 'ecs-fargate';

export function recognise(root: Located): Recognised {
  if (root.kind === 'scalar') return { kind: 'misspelt', path: [], message: 'must be a mapping, got a single value' };
  if (root.kind === 'list') return foreign([], 'a list');
  const apiVersion = textAt(root, 'apiVersion');
  const kind = textAt(root, 'kind');
  if (apiVersion === undefined && kind === undefined) return recogniseRequest(root);
  if (apiVersion === API_VERSION && kind === KIND) return { kind: 'form', form: 'service' };
  if (isOurGroup(apiVersion)) return ourGroup(apiVersion, kind);
  if (kind !== undefined && meant(kind, KIND)) return misspeltVersion(apiVersion);
  return foreign(
    kind === undefined ? ['apiVersion'] : ['kind'],
    `\`${printable([apiVersion, kind].filter(Boolean).join(' '))}\``,
  );
}

function ourGroup(apiVersion: string, kind: string | undefined): Recognised {
  if (apiVersion !== API_VERSION) return misspeltVersion(apiVersion);
  if (kind === undefined)
    return { kind: 'misspelt', path: [], message: "missing required field 'kind'", help: `kind: ${KIND}` };
  const message = `unknown kind '${printable(kind)}'`;
  const help = meant(kind, KIND) ? `did you mean '${KIND}'?` : `known here: ${KIND}`;
  return { kind: 'misspelt', path: ['kind'], message, help };
}

function misspeltVersion(apiVersion: string | undefined): Recognised {
  const help = `apiVersion: ${API_VERSION}`;
  if (apiVersion === undefined)
    return { kind: 'misspelt', path: [], message: "missing required field 'apiVersion'", help };
  const message = `unknown apiVersion '${printable(apiVersion)}'`;
  return { kind: 'misspelt', path: ['apiVersion'], message, help: `did you mean '${API_VERSION}'?` };
}

const REQUEST_FIELDS = ['cluster_name', 'service_name', 'task_definition_family', 'deployment_type'];

function recogniseRequest(root: Located): Recognised {
  const type = textAt(root, 'deployment_type');
  if (type === DEPLOYMENT_TYPE) return { kind: 'form', form: 'request' };
  if (type !== undefined && !meant(type, DEPLOYMENT_TYPE))
    return foreign(['deployment_type'], `\`${printable(type)}\``);
  const known = REQUEST_FIELDS.filter((field) => nodeAt(root, [field]) !== undefined);
  if (type !== undefined || known.length >= 2) return { kind: 'form', form: 'request' };
  if (nodeAt(root, ['spec']) !== undefined && nodeAt(root, ['metadata']) !== undefined) {
    const help = `apiVersion: ${API_VERSION}, kind: ${KIND}`;
    return { kind: 'misspelt', path: [], message: "missing required fields 'apiVersion' and 'kind'", help };
  }
  return foreign([], 'neither a FargateService nor a deployment request');
}

function foreign(path: Path, what: string): Recognised {
  return { kind: 'foreign', path, message: `document ignored: ${what}` };
}

function isOurGroup(apiVersion: string | undefined): apiVersion is string {
  if (apiVersion === undefined) return false;
  const group = apiVersion.split('/')[0]!;
  return meant(group, 'evenkeel.dev') || meant(apiVersion, API_VERSION);
}

function meant(word: string, option: string): boolean {
  return word.length <= 64 && nearest(word.toLowerCase(), [option.toLowerCase()]) !== undefined;
}

/** A scalar written as text, whatever it was read as; undefined where there is none. */
function textAt(root: Located, field: string): string | undefined {
  const node = nodeAt(root, [field]);
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}
