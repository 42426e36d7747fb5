// System packages: installed by apt where we may, named with the command to get them everywhere else.

import { existsSync, readFileSync } from 'node:fs';
import { IS_LINUX, IS_MAC } from './paths.mjs';
import { ask, run, StepError } from './run.mjs';

const BUILD = ['build-essential', 'pkg-config', 'libasound2-dev'];
const WINDOW = [
  'libwebkit2gtk-4.1-dev', 'libjavascriptcoregtk-4.1-dev', 'libsoup-3.0-dev', 'libgtk-3-dev', 'librsvg2-dev',
  'libgl1-mesa-dri', 'libegl1', 'libgles2', 'libasound2-plugins',
];
const TEST = [
  'xvfb', 'xauth', 'dbus', 'at-spi2-core', 'webkit2gtk-driver', 'pulseaudio', 'pulseaudio-utils', 'alsa-utils',
  'fonts-dejavu-core', 'python3', 'python3-venv',
];

/** Debian package lists by purpose. On Ubuntu `chromium` is a snap, so Playwright brings the browser there. */
export const PACKAGES = {
  serve: BUILD,
  window: [...BUILD, ...WINDOW],
  test: [...BUILD, ...WINDOW, ...TEST, ...(isUbuntu() ? [] : ['chromium'])],
  wasmToolchain: ['rustc-web', 'cargo-web', 'rust-web-src', 'rust-web-llvm', 'lld-22'],
};

/** What other systems call the same things: enough for a person to type. */
const ELSEWHERE = [
  ['dnf', 'sudo dnf install gcc pkgconf-pkg-config alsa-lib-devel webkit2gtk4.1-devel gtk3-devel librsvg2-devel'],
  ['pacman', 'sudo pacman -S --needed base-devel alsa-lib webkit2gtk-4.1 gtk3 librsvg'],
  ['zypper', 'sudo zypper install gcc pkg-config alsa-devel webkit2gtk3-devel gtk3-devel librsvg-devel'],
  ['apk', 'sudo apk add build-base pkgconf alsa-lib-dev webkit2gtk-4.1-dev gtk+3.0-dev librsvg-dev'],
];
const PKG_CONFIG_OF = { serve: ['alsa'], window: ['alsa', 'webkit2gtk-4.1', 'gtk+-3.0'] };
const TEST_PROGRAMS = ['Xvfb', 'dbus-daemon', 'WebKitWebDriver', 'pulseaudio', 'pactl', 'pacat'];

/** Makes sure the packages for `purpose` (serve, window, test) are there. Returns a word for the step line. */
export async function ensureSystemPackages(purpose, note = () => {}) {
  if (IS_MAC && ask('xcode-select', ['-p']) === null) {
    throw new StepError('Apple\'s command line tools are missing: install them with "xcode-select --install".');
  }
  if (!IS_LINUX) return 'none needed';
  if (ask('apt-get', ['--version']) !== null && ask('dpkg-query', ['--version']) !== null) {
    return installDebian(PACKAGES[purpose], note);
  }
  return checkElsewhere(purpose);
}

/** Installs the Debian packages of the list that are missing. */
export async function installDebian(names, note = () => {}) {
  const missing = missingDebian(names);
  if (missing.length === 0) return 'present';
  const apt = aptCommand();
  if (apt === null) {
    throw new StepError(
      `System packages are missing, and installing them needs root. Run this, then try again: sudo apt-get install -y ${missing.join(' ')}`,
    );
  }
  const [command, ...prefix] = apt;
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  note('reading the package lists');
  await run(command, [...prefix, ...lock, 'update', '-q'], { sentence: 'The package lists could not be read' });
  await run(command, [...prefix, ...lock, 'install', '-y', '-q', '--no-install-recommends', ...missing], {
    onLine: note,
    sentence: `The system packages ${missing.join(', ')} could not be installed`,
  });
  return `installed ${missing.length}`;
}

/** True when apt knows a package of this name (its lists may be old or empty on a fresh machine). */
export function debianOffers(name) {
  const policy = ask('apt-cache', ['policy', name]);
  return policy !== null && /Candidate: (?!\(none\))\S/.test(policy);
}

export function missingDebian(names) {
  // dpkg-query fails when one name is unknown, but prints the others all the same: || true through sh keeps them.
  const script = 'dpkg-query -W -f \'${Package} ${db:Status-Status}\\n\' "$@" 2>/dev/null || true';
  const known = ask('sh', ['-c', script, 'sh', ...names]) ?? '';
  const installed = new Set(known.split('\n').filter((l) => l.endsWith(' installed')).map((l) => l.split(' ')[0]));
  return names.filter((name) => !installed.has(name));
}

function aptCommand() {
  const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  if (process.getuid?.() === 0) return apt;
  return ask('sudo', ['-n', 'true']) === null ? null : ['sudo', '-n', ...apt];
}

function checkElsewhere(purpose) {
  const libraries = PKG_CONFIG_OF[purpose] ?? PKG_CONFIG_OF.window;
  const missing = libraries.filter((name) => ask('pkg-config', ['--exists', name]) === null);
  if (purpose === 'test') missing.push(...TEST_PROGRAMS.filter((p) => ask('sh', ['-c', `command -v ${p}`]) === null));
  if (missing.length === 0) return 'present';
  const found = ELSEWHERE.find(([manager]) => ask('sh', ['-c', `command -v ${manager}`]) !== null);
  const how = found ? `On this system: ${found[1]}` : 'Install their development packages with your package manager';
  throw new StepError(`These system libraries or programs are missing: ${missing.join(', ')}. ${how}`);
}

function isUbuntu() {
  const release = '/etc/os-release';
  return existsSync(release) && /^ID=ubuntu$/m.test(readFileSync(release, 'utf8'));
}
