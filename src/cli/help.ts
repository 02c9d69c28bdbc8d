import { COMMANDS, type CommandGroup, type CommandSpec } from './commands.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { GLOBAL_OPTIONS, OPTIONS, type OptionSpec } from './options.ts';

const GROUPS: readonly CommandGroup[] = ['Deploy', 'Inspect', 'Operate', 'Daemon', 'Try it'];

/** The first screen. */
export function mainHelp(): string {
  return [
    'Evenkeel keeps Amazon ECS Fargate services as their manifests say.',
    '',
    'Examples:',
    '  evenkeel demo                              see it work; needs no AWS account',
    '  evenkeel plan -f deploy/                   what would change',
    '  evenkeel apply -f deploy/                  change it, and follow the rollouts to their end',
    '  evenkeel run --source dir:deploy/          keep it so',
    ...GROUPS.flatMap((group) => ['', `${group}:`, ...commandLines(group)]),
    '',
    'Options for every command:',
    ...optionLines(GLOBAL_OPTIONS.map((name) => OPTIONS[name])),
    '',
    'More: evenkeel help COMMAND, evenkeel help exit-codes',
  ].join('\n');
}

function commandLines(group: CommandGroup): readonly string[] {
  return columns(
    COMMANDS.filter((command) => command.group === group).map((command) => [command.name, command.summary]),
    12,
  );
}

/** One command's help: examples before anything else. */
export function commandHelp(command: CommandSpec): string {
  const output: readonly OptionSpec[] =
    command.formats.length === 0
      ? []
      : [{ flags: '-o, --output <format>', summary: `${command.formats.join(', ')} (default ${command.formats[0]})` }];
  const own = [...output, ...command.options.map((name) => OPTIONS[name])];
  return [
    `evenkeel ${command.name}: ${command.summary}`,
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
    `Usage: ${usage(command)}`,
    ...(command.about === undefined ? [] : ['', command.about]),
    ...(own.length === 0 ? [] : ['', 'Options:', ...optionLines(own)]),
    '',
    'Options for every command:',
    ...optionLines(GLOBAL_OPTIONS.map((name) => OPTIONS[name])),
  ].join('\n');
}

function usage(command: CommandSpec): string {
  return ['evenkeel', command.name, command.argument, '[options]'].filter((word) => word !== undefined).join(' ');
}

function optionLines(options: readonly OptionSpec[]): readonly string[] {
  return columns(
    options.map((option) => [
      option.flags.startsWith('--') ? `    ${option.flags}` : option.flags,
      option.choices === undefined || option.flags.startsWith('--color')
        ? option.summary
        : `${option.summary}: ${option.choices.join(', ')}`,
    ]),
    30,
  );
}

function columns(rows: readonly (readonly [string, string])[], width: number): readonly string[] {
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${left.length >= width ? '  ' : ''}${right}`.trimEnd());
}

/** `evenkeel help TOPIC`. Undefined: there is no such topic. */
export function helpOn(topic: string): string | undefined {
  if (topic === 'exit-codes') return EXIT_CODES_HELP;
  const command = COMMANDS.find(({ name }) => name === topic);
  return command === undefined ? undefined : commandHelp(command);
}

export const HELP_TOPICS: readonly string[] = ['exit-codes', ...COMMANDS.map(({ name }) => name)];
