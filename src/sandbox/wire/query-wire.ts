import { validationError } from '../refusals.ts';

/** Members that are not text; a form has nothing else. */
const NUMBERS: ReadonlySet<string> = new Set([
  'Port',
  'PageSize',
  'Priority',
  'Order',
  'Weight',
  'DurationSeconds',
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
]);
const BOOLEANS: ReadonlySet<string> = new Set(['HealthCheckEnabled', 'Enabled']);
const MAX_DEPTH = 10;

interface Branch {
  [name: string]: Leaf | Branch;
}
type Leaf = string;
type Value = string | number | boolean | Value[] | { [name: string]: Value };

/** `A.member.1.Key=x` → `{ A: [{ Key: 'x' }] }`; without Action and Version. */
export function parseForm(form: ReadonlyMap<string, string>): object {
  const root: Branch = Object.create(null) as Branch;
  for (const [path, text] of form) {
    if (path === 'Action' || path === 'Version') continue;
    plant(root, path.split('.'), text);
  }
  return fromBranch(root) as object;
}

/** The form of a body, in which no name may come twice. */
export function formOf(body: string): ReadonlyMap<string, string> {
  return new Map(new URLSearchParams(body));
}

function plant(root: Branch, path: readonly string[], text: string): void {
  if (path.length > MAX_DEPTH) throw validationError('The request is nested too deeply.');
  let branch = root;
  for (const step of path.slice(0, -1)) {
    const next = branch[step];
    if (typeof next === 'object') {
      branch = next;
      continue;
    }
    const grown = Object.create(null) as Branch;
    branch[step] = grown;
    branch = grown;
  }
  branch[path.at(-1)!] = text;
}

function fromBranch(branch: Branch): Value {
  const members = branch['member'];
  if (typeof members === 'object') {
    const indexes = Object.keys(members).sort((a, b) => Number(a) - Number(b));
    return indexes.map((index) => typed(index, members[index]!));
  }
  return Object.fromEntries(Object.entries(branch).map(([name, value]) => [name, typed(name, value)]));
}

function typed(name: string, value: Leaf | Branch): Value {
  if (typeof value === 'object') return fromBranch(value);
  if (NUMBERS.has(name) && /^-?\d+$/.test(value)) return Number(value);
  return BOOLEANS.has(name) ? value === 'true' : value;
}

const NAMESPACES: Readonly<Record<string, string>> = {
  elbv2: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

/** `<DescribeXResponse><DescribeXResult>…`: lists as `<member>`, dates in ISO form. */
export function writeXml(operation: string, output: object, requestId: string): string {
  const [api = '', name = ''] = operation.split(':');
  const result = `<${name}Result>${xml(output)}</${name}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return `<${name}Response xmlns="${NAMESPACES[api]}">${result}${metadata}</${name}Response>`;
}

/** An error of the Query protocol. Codes go without the `Exception` that SDKs add. */
export function writeXmlError(api: string, code: string, message: string, requestId: string): string {
  const error = xml({ Type: 'Sender', Code: code.replace(/Exception$/, ''), Message: message });
  const namespace = NAMESPACES[api] ?? NAMESPACES['sts'];
  return `<ErrorResponse xmlns="${namespace}"><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function xml(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => `<member>${xml(item)}</member>`).join('');
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `<${name}>${xml(member)}</${name}>`)
    .join('');
}

/** For the text of an XML element. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
