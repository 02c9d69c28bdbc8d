import { type Reply, text } from './message.ts';

/** One thing that must hold for the program to be live, or ready. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** For people; no secrets, since anybody who reaches the port can read it. */
  readonly detail?: string;
}

/** The answer of a health endpoint, in the form of the Kubernetes API server: 200 or 503, line by line when asked. */
export function checksReply(endpoint: string, checks: readonly Check[], verbose: boolean): Reply {
  const passed = checks.every((check) => check.ok);
  if (passed && !verbose) return text(200, 'ok\n');
  const lines = checks.map(({ ok, name, detail }) => {
    const why = detail === undefined ? '' : ` (${detail})`;
    return ok ? `[+]${name} ok${why}` : `[-]${name} failed${why}`;
  });
  return text(passed ? 200 : 503, `${[...lines, `${endpoint} check ${passed ? 'passed' : 'failed'}`].join('\n')}\n`);
}
