export interface HealthCheckQuestion {
  readonly port: number;
  readonly path: string;
  readonly timeoutSeconds: number;
  /** The image is known to have Python and need not have a shell. */
  readonly python: boolean;
}

/**
 * The command ECS runs in the container to ask `http://127.0.0.1:<port><path>`.
 *
 * Slim images carry no `curl`, so a check that needs it would never pass in them: the command takes whichever of curl,
 * wget, python3, python and node the image has. 127.0.0.1 instead of `localhost`, which may resolve to `::1` where
 * nothing listens. The port and path are a manifest's, already checked to hold no quote and no space.
 */
export function healthCheckCommand(question: HealthCheckQuestion): readonly string[] {
  const url = `http://127.0.0.1:${question.port}${question.path}`;
  const python = pythonProbe(url, question.timeoutSeconds);
  if (question.python) return ['CMD', 'python', '-c', python];
  const seconds = question.timeoutSeconds;
  // What is thrown, and an error nobody listens for, both end Node with a status other than 0.
  const node = `require("http").get("${url}",r=>{if(r.statusCode>399)throw 1;r.resume()})`;
  const probes: readonly (readonly [string, string])[] = [
    ['curl', `curl -fsS -m ${seconds} -o /dev/null '${url}'`],
    ['wget', `wget -q -T ${seconds} -O /dev/null '${url}'`],
    ['python3', `python3 -c '${python}'`],
    ['python', `python -c '${python}'`],
    ['node', `node -e '${node}'`],
  ];
  const branches = probes
    .map(([tool, command]) => `if command -v ${tool} >/dev/null 2>&1; then ${command}`)
    .join('; el');
  return ['CMD-SHELL', `${branches}; else echo 'no tool to ask ${url} with' >&2; exit 1; fi`];
}

function pythonProbe(url: string, seconds: number): string {
  return `import urllib.request,sys;sys.exit(urllib.request.urlopen("${url}",timeout=${seconds}).status>=400)`;
}
