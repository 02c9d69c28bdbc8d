import { isJsonObject } from '../lib/json.ts';
import { applyDefaults } from './defaults.ts';
import type { DeploymentRequestDocument } from './deployment-request.generated.ts';
import type { FargateServiceDocument } from './fargate-service.generated.ts';
import { type FilledIn, fillIn } from './fill-in.ts';
import { type Key, keyOf } from './key.ts';
import type { LoadOptions } from './load.ts';
import { type Located, locate } from './located.ts';
import { lowerRequest, requestPath } from './lower.ts';
import type { ParsedDocument } from './parse.ts';
import { formatPath, type Path, startsWith } from './path.ts';
import type { Problem } from './problem.ts';
import { recognise } from './recognise.ts';
import { imageChoice } from './request-image.ts';
import type { Subject } from './rule.ts';
import { checkRules } from './rules.ts';
import { type Finding, schemaFindings } from './schema-problems.ts';
import { valueShown } from './shown-value.ts';
import { isTainted, soundPart } from './sound-part.ts';
import type { FargateService } from './types.ts';
import { type Form, SCHEMAS, schemaErrors } from './validate.ts';

/** What one document gives. */
export interface DocumentResult {
  /** Undefined unless the document is a valid manifest. */
  readonly manifest: FargateService | undefined;
  readonly problems: readonly Problem[];
  readonly claims: readonly Key[];
  readonly opaque: boolean;
  /** Offset of the document's first key. */
  readonly begin: number;
}

/** Checks one parsed document and fills in its defaults. `text` is the file's. */
export function loadDocument(document: ParsedDocument, text: string, options: LoadOptions): DocumentResult {
  const { root, syntax } = document;
  if (root === undefined) return invalid(syntax, [], syntax.length > 0, document.span.start);
  const begin = locate(root, [], 'key').start;
  if (syntax.length > 0) return brokenDocument(document, root, begin);
  const recognised = recognise(root);
  if (recognised.kind === 'form') return loadForm(recognised.form, document, root, { text, begin, options });
  const { path, message } = recognised;
  const at = locate(root, path, 'value');
  if (recognised.kind === 'foreign') {
    return invalid([{ severity: 'warning', reason: 'schema', path, message, at }], [], false, begin);
  }
  const help = recognised.help === undefined ? {} : { help: recognised.help };
  const problems: Problem[] = [{ severity: 'error', reason: 'schema', path, message, ...help, at }];
  const claims = legibleKeys(plain(root));
  return invalid([...document.problems, ...problems], claims, claims.length === 0, begin);
}

interface Context {
  readonly text: string;
  readonly begin: number;
  readonly options: LoadOptions;
}

function loadForm(form: Form, document: ParsedDocument, root: Located, context: Context): DocumentResult {
  const filled = fillIn(root, context.text, context.options.variables, SCHEMAS[form]);
  const broken = schemaFindings(form, schemaErrors(form, filled.value), valueShown(filled.variables, formatPath));
  const findings = form === 'service' ? broken : [...broken, ...imageChoice(filled.value, broken)];
  const early = [...document.problems, ...filled.problems];
  const schema = findings.map((finding) => schemaProblem(finding, root)).filter((problem) => !isKnown(problem, early));
  const taints = [...early.map((problem) => problem.path), ...findings.flatMap((finding) => finding.taints)];
  const value = taints.length === 0 ? filled.value : soundPart(form, filled.value, taints);
  const service = value === undefined ? undefined : asService(form, value);
  const manifest = service && applyDefaults(service, context.options.defaultRegion);
  const rules =
    manifest === undefined ? [] : ruleProblems(form, { document: service!, manifest }, filled, root, taints);
  const problems = [...early, ...schema, ...rules];
  if (manifest !== undefined && problems.every((problem) => problem.severity !== 'error')) {
    return { manifest, problems, claims: [], opaque: false, begin: context.begin };
  }
  const claims = legibleKeys(filled.value);
  return invalid(problems, claims, claims.length === 0, context.begin);
}

/** What the rules find in the parts that are sound; verdicts that rest on a tainted path are left out. */
function ruleProblems(
  form: Form,
  subject: Subject,
  filled: FilledIn,
  root: Located,
  taints: readonly Path[],
): readonly Problem[] {
  const toSource = (path: Path): Path => (form === 'service' ? path : requestPath(path));
  const shown = valueShown(filled.variables, (path) => formatPath(toSource(path)));
  return checkRules(subject, shown)
    .filter(({ path, about }) => [path, ...about].every((rests) => !isTainted(toSource(rests), taints)))
    .map(({ severity, message, help, mark, ...violation }): Problem => {
      const path = toSource(violation.path);
      const at = locate(root, path, mark);
      return { severity, reason: 'semantic', path, message, ...(help === undefined ? {} : { help }), at };
    });
}

function asService(form: Form, value: unknown): FargateServiceDocument {
  return form === 'service' ? (value as FargateServiceDocument) : lowerRequest(value as DeploymentRequestDocument);
}

function schemaProblem(finding: Finding, root: Located): Problem {
  const { path, message, mark } = finding;
  const help = finding.help === undefined ? {} : { help: finding.help };
  const shownPath = message.startsWith('unknown field') ? path.slice(0, -1) : path;
  return { severity: 'error', reason: 'schema', path: shownPath, message, ...help, at: locate(root, path, mark) };
}

/** A value that could not be read or filled in is not judged a second time. */
function isKnown(problem: Problem, earlier: readonly Problem[]): boolean {
  return earlier.some(
    (known) => known.at?.start === problem.at?.start || (known.path.length > 0 && startsWith(problem.path, known.path)),
  );
}

/** Not readable as YAML. The key counts as known only if it stands clear of the damage. */
function brokenDocument(document: ParsedDocument, root: Located, begin: number): DocumentResult {
  const damage = document.syntax.reduce(
    (least, problem) => Math.min(least, problem.at?.start ?? 0),
    Number.POSITIVE_INFINITY,
  );
  const isClear = !document.unterminated && ['name', 'service_name'].some((field) => endsBefore(root, field, damage));
  const claims = legibleKeys(plain(root));
  return invalid([...document.syntax, ...document.problems], claims, !(isClear && claims.length > 0), begin);
}

function endsBefore(root: Located, field: string, offset: number): boolean {
  const path = field === 'name' ? ['metadata', 'name'] : [field];
  return locate(root, path, 'value').end <= offset;
}

function plain(root: Located): unknown {
  return fillIn(root, '', {}, {}).value;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,127}$/;

/** The key that a document names as its own, as far as it can be read. */
export function legibleKeys(value: unknown): readonly Key[] {
  if (!isJsonObject(value)) return [];
  const metadata = isJsonObject(value['metadata']) ? value['metadata'] : {};
  const name = metadata['name'] ?? value['service_name'];
  const namespace = metadata['namespace'] ?? 'default';
  if (typeof name !== 'string' || typeof namespace !== 'string') return [];
  return NAME.test(name) && NAME.test(namespace) ? [keyOf(namespace, name)] : [];
}

function invalid(problems: readonly Problem[], claims: readonly Key[], opaque: boolean, begin: number): DocumentResult {
  return { manifest: undefined, problems, claims, opaque, begin };
}
