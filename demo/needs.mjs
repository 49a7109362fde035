// What the two commands, `npm run demo` and `npm test`, need of a machine: installed where that is
// possible, and else named with the command that does it. Plain JavaScript on Node alone, for it runs first.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { platform, env } = process;
const linux = platform === 'linux';

const FONT_FOLDERS = {
  linux: ['/usr/share/fonts', '/usr/local/share/fonts', join(homedir(), '.fonts'), join(homedir(), '.local/share/fonts')],
  darwin: ['/Library/Fonts', join(homedir(), 'Library/Fonts')],
  win32: ['C:\\Windows\\Fonts', join(env.LOCALAPPDATA ?? 'C:\\', 'Microsoft\\Windows\\Fonts')],
};

const CHROMIUMS = {
  linux: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap((name) => [
    `/usr/bin/${name}`,
    `/snap/bin/${name}`,
  ]),
  darwin: ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  win32: ['C:\\Program Files', 'C:\\Program Files (x86)'].map((folder) => `${folder}\\Google\\Chrome\\Application\\chrome.exe`),
};

/** The browser that the tests drive: $CHROMIUM, or one that is installed; undefined without one. */
export function chromium() {
  const candidates = env.CHROMIUM ? [env.CHROMIUM] : (CHROMIUMS[platform] ?? CHROMIUMS.linux);
  return candidates.find(isExecutable);
}

/** Firefox, for the tests of other engines: $FIREFOX, or one that is installed; undefined without one. */
export function firefox() {
  const candidates = env.FIREFOX ? [env.FIREFOX] : ['/usr/bin/firefox-esr', '/usr/bin/firefox'];
  return candidates.find(isExecutable);
}

/** What drives WebKit for them: $WEBKIT_DRIVER, or the system's; undefined without one. */
export function webkitDriver() {
  return [env.WEBKIT_DRIVER ?? '/usr/bin/WebKitWebDriver'].find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasFont(prefix) {
  return (FONT_FOLDERS[platform] ?? FONT_FOLDERS.linux).some(
    (folder) =>
      existsSync(folder) &&
      readdirSync(folder, { recursive: true }).some((name) => String(name).split(/[\\/]/).at(-1).startsWith(prefix)),
  );
}

/** Node takes any library for an add-on: one that is none was opened nevertheless. */
function canOpen(library) {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    return /self-register/.test(String(error));
  }
}

/** Every package of the lockfile in its version; those for other systems may be missing. */
function packagesAreInstalled() {
  const packagesOf = (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  try {
    const installed = packagesOf('node_modules/.package-lock.json');
    return Object.entries(packagesOf('package-lock.json')).every(
      ([path, { version, optional, devOptional }]) =>
        !path.startsWith('node_modules/') || optional || devOptional || installed[path]?.version === version,
    );
  } catch {
    return false;
  }
}

/** What each need is, whether it is met, and how it comes: by a system's package, or elsewhere, in words. */
const NEEDS = {
  node: {
    what: 'Node.js 20.19 or later',
    met() {
      const [major, minor] = process.versions.node.split('.').map(Number);
      return major > 20 || (major === 20 && minor >= 19);
    },
    elsewhere: 'install it from https://nodejs.org',
  },
  packages: { what: 'the npm packages of package-lock.json', met: packagesAreInstalled, elsewhere: 'npm ci' },
  chromium: {
    what: 'Chromium or Chrome 113 or later, the browser under test',
    met: () => chromium() !== undefined,
    debian: 'chromium',
    fedora: 'chromium',
    arch: 'chromium',
    elsewhere: 'install it, and if it is in no usual place, set CHROMIUM=/path/to/it',
  },
  firefox: {
    what: 'Firefox 141 or later, for the tests of other engines',
    met: () => firefox() !== undefined,
    debian: 'firefox-esr',
    fedora: 'firefox',
    arch: 'firefox',
    elsewhere: 'install it and set FIREFOX=/path/to/it',
  },
  webkit: {
    what: 'WebKitWebDriver and the MiniBrowser it drives, for the tests of other engines',
    met: () => webkitDriver() !== undefined,
    debian: 'webkit2gtk-driver',
    elsewhere: 'install WebKitGTK with its driver and set WEBKIT_DRIVER=/path/to/WebKitWebDriver',
  },
  xvfb: {
    what: 'Xvfb, a display for a browser that wants one',
    met: () => isExecutable('/usr/bin/Xvfb'),
    debian: 'xvfb',
    fedora: 'xorg-x11-server-Xvfb',
    arch: 'xorg-server-xvfb',
    elsewhere: 'install it',
  },
  font: {
    what: 'the font Liberation Sans, of the pictures that screenshots are compared with',
    met: () => hasFont('LiberationSans'),
    debian: 'fonts-liberation',
    fedora: 'liberation-sans-fonts',
    arch: 'ttf-liberation',
    elsewhere: 'install it from https://github.com/liberationfonts/liberation-fonts/releases',
  },
  vulkan: {
    what: 'the Vulkan loader, for WebGPU in Node',
    met: () => !linux || canOpen('libvulkan.so.1'),
    debian: 'libvulkan1',
    fedora: 'vulkan-loader',
    arch: 'vulkan-icd-loader',
    elsewhere: 'install libvulkan.so.1',
  },
};

/** Package managers of Linux systems, and how each installs packages. Only Debian's is run from here. */
const MANAGERS = {
  debian: {
    path: '/usr/bin/apt-get',
    install: (names) => ['apt-get update -q', `apt-get install -qy --no-install-recommends ${names}`],
  },
  fedora: { path: '/usr/bin/dnf', install: (names) => [`dnf install -y ${names}`] },
  arch: { path: '/usr/bin/pacman', install: (names) => [`pacman -S --needed ${names}`] },
};

/** Runs a command in the repository, showing it and what it says; gives its exit status. */
export function run(command, args, more = {}) {
  console.log(`\n$ ${[command, ...args].join(' ')}`);
  // npm and npx are scripts under Windows, which only a shell runs.
  return (
    spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: platform === 'win32', env: { ...env, ...more } }).status ?? 1
  );
}

/**
 * Makes sure of the needs of these names. What is missing and can be installed, is: npm's packages, and
 * Debian's as root or by sudo. If anything is missing then, the process ends, naming it and the way to get it.
 */
export function meet(...names) {
  const missing = () => names.map((name) => NEEDS[name]).filter((need) => !need.met());
  if (missing().includes(NEEDS.packages) && NEEDS.node.met()) run('npm', ['ci', '--no-audit', '--no-fund']);
  const system = linux && Object.keys(MANAGERS).find((name) => existsSync(MANAGERS[name].path));
  /** The commands that install what the system has a package for. */
  const commands = (needs) => {
    const packages = needs.flatMap((need) => need[system] ?? []);
    return packages.length > 0 ? MANAGERS[system].install(packages.join(' ')) : [];
  };
  const prefix = system === 'debian' ? rootPrefix() : undefined;
  if (prefix) {
    commands(missing()).every((command) => {
      const [first, ...rest] = [...prefix, ...command.split(' ')];
      return run(first, rest, { DEBIAN_FRONTEND: 'noninteractive' }) === 0;
    });
  }
  const left = missing();
  if (left.length === 0) return;
  console.error('\nMissing, and not to be installed from here:');
  for (const need of left) console.error(`- ${need.what}${need[system] ? '' : `: ${need.elsewhere}`}`);
  const asRoot = commands(left);
  if (asRoot.length > 0) console.error(`\nAs root:\n${asRoot.map((command) => `    ${command}\n`).join('')}`);
  process.exit(1);
}

/** What makes a command run as root: nothing, or sudo where it does not ask or somebody can answer; undefined without. */
function rootPrefix() {
  if (process.getuid() === 0) return [];
  const silent = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
  return silent.status === 0 || (!silent.error && process.stdin.isTTY) ? ['sudo'] : undefined;
}
