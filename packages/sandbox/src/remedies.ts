import { existsSync, readFileSync } from 'node:fs';

interface Unproven {
  readonly reason: string;
  readonly remedy: string;
}

const guide = 'See docs/guides/sandbox.md.';

/** Where the kernel or its guardian refuses what bubblewrap asks for: the setting, the value that refuses, the line that mends it. */
const settings = [
  {
    file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    refuses: '1',
    reason: 'AppArmor forbids ordinary users the namespaces that a sandbox is made of.',
    remedy: 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  },
  {
    file: '/proc/sys/kernel/unprivileged_userns_clone',
    refuses: '0',
    reason: 'The kernel forbids ordinary users the namespaces that a sandbox is made of.',
    remedy: 'sysctl -w kernel.unprivileged_userns_clone=1',
  },
  {
    file: '/proc/sys/user/max_user_namespaces',
    refuses: '0',
    reason: 'The kernel allows no user namespaces, and a sandbox is made of one.',
    remedy: 'sysctl -w user.max_user_namespaces=10000',
  },
] as const;

export const notLinux: Unproven = {
  reason: 'Commands run in a sandbox of the Linux kernel, and this is another system.',
  remedy: 'Run Atelier on Linux, in a virtual machine or a container.',
};

export function missingProgram(program: string, debianPackage: string): Unproven {
  return { reason: `The program ${program} is missing.`, remedy: `apt-get install ${debianPackage}` };
}

export function wrongArchitecture(architecture: string): Unproven {
  return {
    reason: `There is no filter of system calls for the architecture ${architecture}.`,
    remedy: 'Run Atelier on x64 or arm64.',
  };
}

/** @param output What the programs said that should have set the sandbox up. */
export function notSetUp(output: string): Unproven {
  const said = output.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  const reason = (why: string) => `${why} (${said || 'nothing was said'})`;
  for (const setting of settings) {
    if (settingOf(setting.file) === setting.refuses) return { reason: reason(setting.reason), remedy: setting.remedy };
  }
  if (/mount proc/.test(said)) {
    return {
      reason: reason('The container hides parts of /proc, so no sandbox in it can have one.'),
      remedy: `docker run --security-opt systempaths=unconfined … ${guide}`,
    };
  }
  if (/unshare failed|mount: .*permission denied|can't find source path.*Permission denied/i.test(said)) {
    return {
      reason: reason("The sandbox's user cannot reach the data folder."),
      remedy: `chmod o+x on every folder above it, or set DATA_DIR to a folder in /var/lib. ${guide}`,
    };
  }
  if (isContainer() && /namespace|uid map|operation not permitted/i.test(said)) {
    return {
      reason: reason('The container does not let programs make namespaces.'),
      remedy: `docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined … ${guide}`,
    };
  }
  return { reason: reason('The sandbox cannot be set up.'), remedy: guide };
}

export function notIsolated(failed: readonly string[]): Unproven {
  return {
    reason: `The sandbox was tried out and does not keep what it promises. Not true: ${failed.join('; ')}.`,
    remedy: guide,
  };
}

function isContainer(): boolean {
  return existsSync('/.dockerenv') || existsSync('/run/.containerenv') || existsSync('/var/run/secrets/kubernetes.io');
}

function settingOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
