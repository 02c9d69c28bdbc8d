// Finds the engines that build images, and makes the base image their tests build upon: once, under .cache/images. No
// registry of base images is asked: the image is made of Debian's packages, and carries what pip would fetch. Where that
// cannot be had this says so, and the tests leave it out; with EVENKEEL_REQUIRE_ENGINES=1 that is an error.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { prepareStrands, python } from './strands.mjs';

const root = join(import.meta.dirname, '..');
const home = join(root, '.cache', 'images');
/** As `docker save` writes it; `docker load` and `buildah pull docker-archive:` read it. */
const archive = join(home, 'base.tar');
const stamp = join(home, 'made-of');
const requirements = join(root, 'examples', 'strands-agent', 'requirements.txt');
/** What the shipped Dockerfile says `FROM`. */
const NAME = 'python:3.11-slim';
const ENGINES = ['dockerd', 'docker', 'docker-registry', 'buildah', 'podman', '/bin/busybox'];
const PACKAGES = ['base-files', 'ca-certificates', 'coreutils', 'dash', 'libc-bin', 'python3', 'python3-venv'];
/** Nobody reads them in a container. */
const UNREAD = ['doc', 'man', 'locale', 'info'].map((name) => `--exclude=./usr/share/${name}`);

/** True when engines and base image are there. Otherwise says why, and that they are left out. */
export function prepareEngines() {
  const trouble = missing() ?? (isMade() ? undefined : make());
  if (trouble === undefined) return true;
  process.stderr.write(`Engines that build images are left out: ${trouble}. What they would prove is not proved.\n`);
  return false;
}

/** Undefined, or why no engine can be started here. */
function missing() {
  if (process.getuid?.() !== 0) return 'starting them needs root';
  const absent = ENGINES.filter((program) => !runs('/bin/sh', ['-c', 'command -v "$1" >/dev/null', 'sh', program]));
  if (absent.length === 0) return undefined;
  return `${absent.join(', ')} not installed (apt-get install docker.io docker-registry buildah podman busybox-static)`;
}

function isMade() {
  return existsSync(archive) && existsSync(stamp) && readFileSync(stamp, 'utf8') === ingredients();
}

function ingredients() {
  return createHash('sha256')
    .update(readFileSync(requirements))
    .update(readFileSync(import.meta.filename))
    .digest('hex');
}

/** Undefined, or why it did not work. */
function make() {
  if (!prepareStrands()) return 'the packages of the Strands agent cannot be had';
  process.stderr.write(`Making an image ${NAME} of Debian's packages (once) …\n`);
  const startedAt = performance.now();
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(join(home, 'making-'));
  try {
    const trouble = unpackPackages(folder) ?? addWheels(folder) ?? pack(folder);
    if (trouble !== undefined) return trouble;
    writeFileSync(stamp, ingredients());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stderr.write(`Made in ${((performance.now() - startedAt) / 1000).toFixed(0)} s.\n`);
  return undefined;
}

/** apt finds out what is needed besides, for a machine that has nothing. Nothing is installed, nothing is run. */
function unpackPackages(folder) {
  const packages = join(folder, 'packages');
  mkdirSync(join(packages, 'partial'), { recursive: true });
  mkdirSync(join(folder, 'root'), { mode: 0o755 });
  writeFileSync(join(folder, 'status'), '');
  const options = [`Dir::State::status=${join(folder, 'status')}`, `Dir::Cache::Archives=${packages}`];
  const flags = [...options, 'APT::Sandbox::User=root', 'Debug::NoLocking=1'].flatMap((option) => ['-o', option]);
  const fetch = ['-qq', ...flags, '--yes', '--no-install-recommends', '--download-only', 'install', ...PACKAGES];
  if (!runs('apt-get', fetch) && !(runs('apt-get', ['-qq', 'update']) && runs('apt-get', fetch)))
    return 'apt-get failed';
  const unpack = 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --keep-directory-symlink ';
  // Those that lay out the folders come first.
  const files = readdirSync(packages).filter((file) => file.endsWith('.deb'));
  files.sort((a, b) => Number(b.startsWith('base-files')) - Number(a.startsWith('base-files')));
  for (const file of files) {
    const script = `set -o pipefail; ${unpack}${UNREAD.join(' ')}`;
    if (!runs('bash', ['-c', script, 'bash', join(packages, file), join(folder, 'root')])) return `${file} is broken`;
  }
  return undefined;
}

/** With them, and told to ask nobody else, pip needs no network in a build. */
function addWheels(folder) {
  const version = /\d+\.\d+$/.exec(readlinkSync(join(folder, 'root', 'usr', 'bin', 'python3')))?.[0] ?? '';
  const only = [
    '--only-binary=:all:',
    `--python-version=${version}`,
    `--dest=${join(folder, 'root', 'opt', 'wheels')}`,
  ];
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check'];
  const args = ['-m', 'pip', 'download', ...quiet, ...only, '--requirement', requirements];
  if (!runs(python, args)) return 'pip download failed';
  writeFileSync(join(folder, 'root', 'etc', 'pip.conf'), '[global]\nno-index = true\nfind-links = /opt/wheels\n');
  return undefined;
}

function pack(folder) {
  const layer = join(folder, 'layer.tar');
  if (!runs('tar', ['-c', '-f', layer, '-C', join(folder, 'root'), '.'])) return 'tar failed';
  const digest = createHash('sha256').update(readFileSync(layer)).digest('hex');
  const config = JSON.stringify({
    architecture: { x64: 'amd64' }[process.arch] ?? process.arch,
    os: 'linux',
    created: new Date(0).toISOString(),
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['python3'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
    history: [{ created: new Date(0).toISOString(), created_by: "Debian's packages" }],
  });
  const name = `${createHash('sha256').update(config).digest('hex')}.json`;
  writeFileSync(join(folder, name), config);
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify([{ Config: name, RepoTags: [NAME], Layers: ['layer.tar'] }]),
  );
  if (!runs('tar', ['-c', '-f', join(folder, 'base.tar'), '-C', folder, 'manifest.json', name, 'layer.tar'])) {
    return 'tar failed';
  }
  renameSync(join(folder, 'base.tar'), archive);
  return undefined;
}

function runs(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 2, 'inherit'], env }).status === 0;
}

if (process.argv[1] === import.meta.filename && !prepareEngines() && process.env.EVENKEEL_REQUIRE_ENGINES === '1') {
  process.exitCode = 1;
}
