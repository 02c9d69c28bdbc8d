import type { Report, Subject } from '../rule.ts';
import { listed } from '../wording.ts';

const PATH = ['spec', 'container', 'healthCheck'];

/** One form only, and times that can work. */
export function checkHealthCheck({ document, manifest }: Subject, report: Report): void {
  const given = document.spec.container?.healthCheck ?? {};
  const forms = (['path', 'command', 'disabled'] as const).filter(
    (form) => given[form] !== undefined && given[form] !== false,
  );
  if (forms.length > 1) {
    const names = listed(forms.map((form) => `\`${form}\``));
    report.error(PATH, `must have only one of \`path\`, \`command\` and \`disabled\`, got ${names}`, { mark: 'key' });
  }
  const check = manifest.spec.container.healthCheck;
  if (check === undefined) return;
  if ('command' in check.probe) checkCommand(check.probe.command, report);
  if (check.timeoutSeconds > check.intervalSeconds) {
    const about = [[...PATH, 'intervalSeconds']];
    const message = `must be less than or equal to \`intervalSeconds\`, ${check.intervalSeconds}`;
    report.error([...PATH, 'timeoutSeconds'], message, { about });
  }
}

/** Source: ECS API reference, HealthCheck.command. */
function checkCommand(command: readonly string[], report: Report): void {
  const path = [...PATH, 'command'];
  if (command[0] !== 'CMD' && command[0] !== 'CMD-SHELL') {
    report.error([...path, 0], 'the first item must be CMD or CMD-SHELL', {
      help: 'CMD-SHELL takes one line for the shell',
    });
  } else if (command[0] === 'CMD-SHELL' && command.length > 2) {
    report.error([...path, 2], 'CMD-SHELL must be followed by one line for the shell', {
      help: 'use CMD for single arguments',
    });
  }
}
