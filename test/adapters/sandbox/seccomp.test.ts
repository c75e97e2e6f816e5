import { describe, expect, test } from 'vitest';
import { seccompProgram } from '../../../src/adapters/sandbox/seccomp.ts';

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const EOPNOTSUPP = 0x0005005f;
const EAFNOSUPPORT = 0x00050061;
const KILL = 0x80000000;

/** Runs the program as the kernel would: the few instructions of classic BPF that filters use. */
function answer(program: Buffer, machine: number, call: number, args: bigint[] = []): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call, 0);
  data.writeUInt32LE(machine, 4);
  for (const [at, value] of args.entries()) data.writeBigUInt64LE(value, 16 + 8 * at);
  let accumulator = 0;
  for (let at = 0; at * 8 < program.length; at += 1) {
    const code = program.readUInt16LE(at * 8);
    const [jt, jf] = [program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3)];
    const k = program.readUInt32LE(at * 8 + 4);
    if (code === 0x20) accumulator = data.readUInt32LE(k);
    else if (code === 0x15) at += accumulator === k ? jt : jf;
    else if (code === 0x35) at += accumulator >= k ? jt : jf;
    else if (code === 0x45) at += (accumulator & k) !== 0 ? jt : jf;
    else if (code === 0x06) return k;
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error('the program ends without an answer');
}

const machines = [
  {
    arch: 'x64',
    audit: 0xc000003e,
    read: 0,
    mount: 165,
    clone: 56,
    ioctl: 16,
    socket: 41,
    fallocate: 285,
  },
  {
    arch: 'arm64',
    audit: 0xc00000b7,
    read: 63,
    mount: 40,
    clone: 220,
    ioctl: 29,
    socket: 198,
    fallocate: 47,
  },
] as const;

describe.each(machines)(
  'the filter of $arch',
  ({ arch, audit, read, mount, clone, ioctl, socket, fallocate }) => {
    const program = seccompProgram(arch);
    const ask = (call: number, ...args: bigint[]) => answer(program, audit, call, args);

    test.each([
      ['an ordinary call', read, [], ALLOW],
      ['mount', mount, [], EPERM],
      ['io_uring_setup', 425, [], ENOSYS],
      ['clone3', 435, [], ENOSYS],
      ['clone of a thread', clone, [0x3d0f00n], ALLOW],
      ['clone into a user namespace', clone, [0x10000011n], EPERM],
      ['clone into a time namespace', clone, [0x80n], EPERM],
      ['an ioctl of the window size', ioctl, [0n, 0x5413n], ALLOW],
      ['TIOCSTI', ioctl, [0n, 0x5412n], EPERM],
      ['TIOCSTI with high bits that the kernel ignores', ioctl, [0n, 0xf00005412n], EPERM],
      ['TIOCLINUX', ioctl, [0n, 0x541cn], EPERM],
      ['fallocate, which takes a disk in an instant', fallocate, [], EOPNOTSUPP],
      ['FS_IOC_RESVSP64, its older way', ioctl, [0n, 0x4030582an], EOPNOTSUPP],
      ['a unix socket', socket, [1n], ALLOW],
      ['an IPv6 socket', socket, [10n], ALLOW],
      ['a vsock', socket, [40n], EAFNOSUPPORT],
      ['an AF_ALG socket', socket, [38n], EAFNOSUPPORT],
    ])('%s', (_, call, args, expected) => {
      expect(ask(call, ...args)).toBe(expected);
    });

    test('a call of another machine ends the process', () => {
      expect(answer(program, 0x40000003, read)).toBe(KILL);
    });
  },
);

test('the x32 numbers of x86_64 do not exist', () => {
  expect(answer(seccompProgram('x64'), 0xc000003e, 0x40000000 + 165)).toBe(ENOSYS);
});

test('a machine without a filter has no sandbox', () => {
  expect(() => seccompProgram('riscv64')).toThrow('There is no system-call filter for riscv64');
});
