import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One call of a fake engine: what it was given, and what it saw of its configuration. */
export interface Call {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  /** `config.json` of DOCKER_CONFIG, and the file named by `--authfile`: text and mode. */
  readonly files: Readonly<Record<string, { readonly text: string; readonly mode: number }>>;
}

/** What the fake does for the first rule whose words are all among its arguments. */
export interface Rule {
  readonly when: readonly string[];
  readonly out?: string;
  readonly err?: string;
  readonly exit?: number;
  /** Written to the files that these flags name. */
  readonly write?: Readonly<Record<string, string>>;
  /** Goes on for ever, with a child of its own in the same process group, deaf to SIGTERM. */
  readonly hang?: boolean;
}

/** A program of the given name on a PATH of its own, that notes each call and answers by rules. */
export class FakeEngine {
  readonly path: string;
  readonly #log: string;

  constructor(folder: string, name: string, rules: readonly Rule[]) {
    this.path = join(folder, 'bin');
    this.#log = join(folder, 'calls.jsonl');
    mkdirSync(this.path, { recursive: true });
    const program = `#!${process.execPath}\n${SOURCE}\nmain(${JSON.stringify(rules)}, ${JSON.stringify(this.#log)});\n`;
    writeFileSync(join(this.path, name), program, { mode: 0o755 });
  }

  get calls(): readonly Call[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Call);
  }
}

const SOURCE = String.raw`
const fs = require('node:fs');
const { spawn } = require('node:child_process');
function main(rules, log) {
  const args = process.argv.slice(2);
  const flag = (name) => args.find((arg) => arg.startsWith(name + '='))?.slice(name.length + 1);
  const files = {};
  const note = (path) => {
    if (path && fs.existsSync(path)) files[path] = { text: fs.readFileSync(path, 'utf8'), mode: fs.statSync(path).mode & 0o777 };
  };
  note(process.env.DOCKER_CONFIG && process.env.DOCKER_CONFIG + '/config.json');
  note(flag('--authfile'));
  fs.appendFileSync(log, JSON.stringify({ args, env: process.env, pid: process.pid, files }) + '\n');
  const rule = rules.find(({ when }) => when.every((word) => args.includes(word))) ?? {};
  for (const [name, text] of Object.entries(rule.write ?? {})) if (flag(name)) fs.writeFileSync(flag(name), text);
  if (rule.hang) {
    process.on('SIGTERM', () => undefined);
    const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => 0); setInterval(() => 0, 1000)'], { stdio: 'inherit' });
    fs.appendFileSync(log + '.child', String(child.pid));
    setInterval(() => 0, 1000);
  }
  if (rule.out) fs.writeSync(1, rule.out);
  if (rule.err) fs.writeSync(2, rule.err);
  if (!rule.hang) process.exitCode = rule.exit ?? 0;
}
`;
