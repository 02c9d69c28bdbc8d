import { Command, CommanderError, Option } from 'commander';
import { nearest } from '../lib/suggest.ts';
import { COMMANDS, type CommandSpec } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import type { Flags } from './flags.ts';
import { commandHelp, HELP_TOPICS, helpOn, mainHelp } from './help.ts';
import { createOption, GLOBAL_OPTIONS, OPTIONS, type OptionName } from './options.ts';

/** What the words on the command line come to. */
export type Parsed =
  | { readonly kind: 'run'; readonly command: CommandSpec; readonly args: readonly string[]; readonly flags: Flags }
  /** Help was asked for. For stdout. */
  | { readonly kind: 'help'; readonly text: string }
  /** For stderr; exit 1. */
  | { readonly kind: 'wrong'; readonly text: string };

/** Reads the words after `evenkeel`. Never throws for what a person typed, never prints. */
export function parseArguments(argv: readonly string[]): Parsed {
  if (argv.length === 0) return { kind: 'help', text: mainHelp() };
  if (argv[0] === '--version' || argv[0] === '-V') return parseArguments(['version', ...argv.slice(1)]);
  let found: Parsed | undefined;
  const printed = { out: '', err: '' };
  const root = createRoot(printed);
  for (const spec of COMMANDS) {
    root.addCommand(
      createCommand(spec, root, (args, flags) => {
        found = { kind: 'run', command: spec, args, flags };
      }),
    );
  }
  root.addCommand(helpCommand(root, (parsed) => (found = parsed)));
  try {
    root.parse([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === EXIT.done
      ? { kind: 'help', text: printed.out.trimEnd() }
      : { kind: 'wrong', text: `${printed.err.trimEnd()}${suggestion(thrown, argv)}` };
  }
  return found ?? { kind: 'help', text: mainHelp() };
}

function createRoot(printed: { out: string; err: string }): Command {
  const root = new Command('evenkeel')
    .helpCommand(false)
    .helpOption('-h, --help')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureHelp({ formatHelp: () => mainHelp() })
    .configureOutput({
      writeOut: (text) => {
        printed.out += text;
      },
      writeErr: (text) => {
        printed.err += text;
      },
      outputError: (text, write) => write(text.replace(/^error: /, 'evenkeel: ')),
    });
  for (const name of GLOBAL_OPTIONS) root.addOption(createOption(OPTIONS[name]));
  root.addOption(new Option('--no-color').hideHelp());
  return root;
}

function createCommand(
  spec: CommandSpec,
  root: Command,
  found: (args: readonly string[], flags: Flags) => void,
): Command {
  const command = new Command(spec.name)
    .copyInheritedSettings(root)
    .helpOption('-h, --help')
    .configureHelp({ formatHelp: () => commandHelp(spec) })
    .allowExcessArguments(false);
  const argument = argumentOf(spec);
  if (argument !== undefined) command.argument(argument);
  for (const name of spec.options) command.addOption(createOption(OPTIONS[name]));
  if (spec.formats.length > 0) {
    command.addOption(new Option('-o, --output <format>').choices([...spec.formats]));
  }
  return command.action(() => found(command.args, command.optsWithGlobals<Flags>()));
}

/** From how help writes it to how the parser wants it. */
function argumentOf(spec: CommandSpec): string | undefined {
  if (spec.argument === undefined) return undefined;
  return spec.argument.startsWith('[') ? spec.argument.toLowerCase() : `<${spec.argument.toLowerCase()}>`;
}

function helpCommand(root: Command, found: (parsed: Parsed) => void): Command {
  return new Command('help')
    .copyInheritedSettings(root)
    .argument('[topic]')
    .action((topic: string | undefined) => {
      const text = topic === undefined ? mainHelp() : helpOn(topic);
      found(text === undefined ? { kind: 'wrong', text: noSuchTopic(topic ?? '') } : { kind: 'help', text });
    });
}

function noSuchTopic(topic: string): string {
  return `evenkeel: there is no help on '${topic}'${didYouMean(topic, HELP_TOPICS)}`;
}

/** For a command or a flag that does not exist: the one that was meant, or where to look. */
function suggestion(error: CommanderError, argv: readonly string[]): string {
  const word = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const names = COMMANDS.map(({ name }) => name);
  if (error.code === 'commander.unknownCommand') {
    return didYouMean(word, names) || '\nAll commands: evenkeel help';
  }
  const spec = COMMANDS.find(({ name }) => argv.includes(name));
  if (error.code === 'commander.unknownOption') return didYouMean(word, longFlags(spec?.options ?? []));
  if (spec === undefined) return '';
  return `${error.code === 'commander.excessArguments' ? asFile(spec, argv) : ''}\nMore: evenkeel help ${spec.name}`;
}

/** A path where no argument can be, as other tools take it: here it follows a flag. */
function asFile({ name, options }: CommandSpec, argv: readonly string[]): string {
  const path = argv.find((word) => !word.startsWith('-') && /\.ya?ml$|\.json$|\//.test(word));
  if (path === undefined || !options.includes('file') || argv.includes('-f') || argv.includes('--file')) return '';
  return `\n(Did you mean evenkeel ${name} -f ${path}?)`;
}

function longFlags(own: readonly OptionName[]): readonly string[] {
  const written = [...own, ...GLOBAL_OPTIONS].map((name) => /--[\w-]+/.exec(OPTIONS[name].flags)![0]);
  return [...written, '--output', '--no-color', '--help', '--version'];
}

function didYouMean(word: string, options: readonly string[]): string {
  const meant = nearest(word, options);
  return meant === undefined ? '' : `\n(Did you mean ${meant}?)`;
}
