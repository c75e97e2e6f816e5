/**
 * The system-call filter of every sandbox, as a classic BPF program for `bwrap --seccomp`. It
 * refuses calls that no build, test or agent needs and that kernel exploits start from. It is a
 * second defence: the namespaces, dropped capabilities and read-only root hold without it.
 */

const EPERM = 1;
const ENOSYS = 38;
const EOPNOTSUPP = 95;
const EAFNOSUPPORT = 97;

/** Refused calls: name → numbers on [x86_64, aarch64]; `null` where the machine lacks the call. */
const REFUSED: Record<string, [number, number | null]> = {
  // Access to other processes' memory and descriptors.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_getfd: [438, 438],
  // Kernel keyrings, which are not namespaced.
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  // Programs and probes that run inside the kernel.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  // New namespaces and mounts, with which escapes from sandboxes begin.
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  // Files opened by handle, which no mount restricts.
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
  // Calls that change the machine itself.
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  syslog: [103, 116],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
};

/** Calls answered as by a kernel that lacks them, so that callers fall back to older calls. */
const ABSENT: Record<string, [number, number]> = {
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  // The flags of clone3 are behind a pointer that a filter can't read; libc falls back to `clone`.
  clone3: [435, 435],
};

/**
 * Takes a whole disk in an instant, before the watch on free space sees it. libc falls back to writing, as
 * on a file system that can't do it.
 */
const FALLOCATE: [number, number] = [285, 47];

const CLONE: [number, number] = [56, 220];
const IOCTL: [number, number] = [16, 29];
const SOCKET: [number, number] = [41, 198];

/** CLONE_NEW{TIME,NS,CGROUP,UTS,IPC,USER,PID,NET}. */
const NEW_NAMESPACE = 0x7e020080;
/** Requests that type into, or paste from, the terminal in which Gatehouse was started. */
const TERMINAL_INJECTION = [0x5412 /* TIOCSTI */, 0x541c /* TIOCLINUX */];
/** FS_IOC_{RESVSP,RESVSP64,ZERO_RANGE}: the same as fallocate, by an older way. */
const ALLOCATION = [0x40305828, 0x4030582a, 0x40305839];
/**
 * Allowed socket families: AF_UNIX, AF_INET, AF_INET6, AF_NETLINK (which lists interfaces). Others,
 * such as AF_VSOCK, are not confined by the network namespace.
 */
const FAMILIES = [1, 2, 10, 16];

const MACHINES = {
  x64: { column: 0, audit: 0xc000003e },
  arm64: { column: 1, audit: 0xc00000b7 },
} as const;

type Instruction = { code: number; jt: number; jf: number; k: number };

const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;

const OFFSET = { call: 0, machine: 4, argument: (n: number) => 16 + 8 * n };

const load = (offset: number): Instruction => ({ code: LOAD, jt: 0, jf: 0, k: offset });
const returnWith = (k: number): Instruction => ({ code: RETURN, jt: 0, jf: 0, k });
const errno = (number: number): Instruction => returnWith(0x00050000 | number);
/** Skips the next `skip` instructions unless the test holds. */
const skipUnless = (code: number, k: number, skip: number): Instruction => ({
  code,
  jt: 0,
  jf: skip,
  k,
});

/** The filter for a machine; throws for a machine without one. */
export function seccompProgram(arch: NodeJS.Architecture): Buffer {
  if (arch !== 'x64' && arch !== 'arm64')
    throw new Error(`There is no system-call filter for ${arch}: use an x64 or arm64 machine.`);
  const { column, audit } = MACHINES[arch];
  const program: Instruction[] = [
    load(OFFSET.machine),
    { code: JUMP_EQUAL, jt: 1, jf: 0, k: audit },
    returnWith(KILL_PROCESS),
    load(OFFSET.call),
  ];
  // x32 is a second numbering of x86_64's calls, which the checks below would not match.
  if (arch === 'x64') program.push(skipUnless(JUMP_AT_LEAST, 0x40000000, 1), errno(ENOSYS));
  for (const numbers of Object.values(REFUSED)) {
    const number = numbers[column];
    if (number !== null) program.push(skipUnless(JUMP_EQUAL, number, 1), errno(EPERM));
  }
  for (const numbers of Object.values(ABSENT))
    program.push(skipUnless(JUMP_EQUAL, numbers[column], 1), errno(ENOSYS));
  program.push(
    skipUnless(JUMP_EQUAL, FALLOCATE[column], 1),
    errno(EOPNOTSUPP),
    skipUnless(JUMP_EQUAL, CLONE[column], 4),
    load(OFFSET.argument(0)),
    skipUnless(JUMP_ANY_BIT, NEW_NAMESPACE, 1),
    errno(EPERM),
    returnWith(ALLOW),
    skipUnless(JUMP_EQUAL, IOCTL[column], 2 + 2 * (TERMINAL_INJECTION.length + ALLOCATION.length)),
    load(OFFSET.argument(1)),
    ...TERMINAL_INJECTION.flatMap(k => [skipUnless(JUMP_EQUAL, k, 1), errno(EPERM)]),
    ...ALLOCATION.flatMap(k => [skipUnless(JUMP_EQUAL, k, 1), errno(EOPNOTSUPP)]),
    returnWith(ALLOW),
    skipUnless(JUMP_EQUAL, SOCKET[column], 2 + 2 * FAMILIES.length),
    load(OFFSET.argument(0)),
    ...FAMILIES.flatMap(k => [skipUnless(JUMP_EQUAL, k, 1), returnWith(ALLOW)]),
    errno(EAFNOSUPPORT),
    returnWith(ALLOW),
  );
  return Buffer.concat(program.map(encode));
}

/** `struct sock_filter`: u16 code, u8 jt, u8 jf, u32 k. */
function encode({ code, jt, jf, k }: Instruction): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(jt, 2);
  bytes.writeUInt8(jf, 3);
  bytes.writeUInt32LE(k >>> 0, 4);
  return bytes;
}
