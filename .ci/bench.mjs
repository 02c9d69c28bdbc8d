// Measures Evenkeel against moto, whole processes, and says whether the bars are held; exits 1 when one is missed.
//
//   npm run bench -- [--json] [--source] [--in-process] [--services N] [--repeats N] [--resyncs N]
//
// --source runs the TypeScript of the checkout in place of the built program; --in-process leaves moto out.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figuresOf, figureTable, isMissed } from '../test/bench/figures.ts';
import { measureInProcess } from '../test/bench/in-process.ts';
import { startMoto } from '../test/bench/moto-process.ts';
import { measureWholeProcesses } from '../test/bench/whole-process.ts';
import { prepareMoto } from './moto.mjs';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    source: { type: 'boolean', default: false },
    'in-process': { type: 'boolean', default: false },
    services: { type: 'string', default: '100' },
    repeats: { type: 'string', default: '3' },
    resyncs: { type: 'string', default: '6' },
  },
});
const services = Number(values.services);
const say = (line) => process.stderr.write(`${line}\n`);

/** The program as it is published, built anew. */
function built() {
  const { status } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('the build failed');
  return join(root, 'dist', 'main.js');
}

/** The emulator that the tests use. */
function motoCommand() {
  if (!prepareMoto()) throw new Error('without moto there is nothing to measure against; --in-process needs none');
  return join(root, '.cache', 'moto', 'bin', 'moto_server');
}

async function wholeProcesses() {
  const main = values.source ? join(root, 'src', 'main.ts') : built();
  await using moto = await startMoto(motoCommand());
  const [repeats, resyncs] = [Number(values.repeats), Number(values.resyncs)];
  const runs = await measureWholeProcesses({ main, emulatorUrl: moto.url, services, repeats, resyncs, say });
  return figuresOf(runs, services);
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

const figures = values['in-process'] ? [] : await wholeProcesses();
const inProcess = await measureInProcess(1000);
const machine = { processors: cpus().length, model: cpus()[0]?.model, load: loadavg()[0] };
if (values.json) print(JSON.stringify({ services, machine, figures, inProcess }, null, 2));
else {
  if (figures.length > 0) {
    print(`\n${services} services, each with a log group, a task definition and a service, against moto:\n`);
    print(figureTable(figures));
    print('Plain script: the AWS SDK alone, one call after the other, measured in this very run.');
    print('Terraform: 1.11 with AWS provider 5.100, measured on the same kind of machine against the same emulator.');
    print(`This machine: ${machine.processors} × ${machine.model}, load ${machine.load.toFixed(1)}.`);
  }
  print(`\nOver the sandbox in this process, no network, for information:\n\n${figureTable(inProcess)}`);
}
if (figures.some(isMissed)) process.exitCode = 1;
