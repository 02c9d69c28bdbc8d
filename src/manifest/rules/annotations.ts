import { nearest } from '../../lib/suggest.ts';
import { printable } from '../path.ts';
import type { Report, Subject } from '../rule.ts';

const PREFIX = 'evenkeel.dev/';
const SWITCHES = ['suspend', 'adopt'];

/** Annotations of our own are switches; those of others are theirs. */
export function checkAnnotations({ manifest }: Subject, report: Report): void {
  for (const [name, value] of Object.entries(manifest.metadata.annotations)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = ['metadata', 'annotations', name];
    const bare = name.slice(PREFIX.length);
    if (!SWITCHES.includes(bare)) {
      const meant = nearest(bare.slice(0, 64), SWITCHES);
      const help = meant === undefined ? `known here: ${SWITCHES.join(', ')}` : `did you mean '${PREFIX}${meant}'?`;
      report.warning(path, `annotation '${printable(name)}' is not known and does nothing`, { mark: 'key', help });
    } else if (value !== 'true' && value !== 'false') {
      report.error(path, `must be "true" or "false", got ${report.shown(path, value)}`);
    }
  }
}
