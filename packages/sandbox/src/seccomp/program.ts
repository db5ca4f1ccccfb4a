/** One instruction of classic BPF, as the kernel's `struct sock_filter` holds it. */
export interface Instruction {
  readonly code: number;
  /** How many instructions to pass over when the condition holds, and when it does not. */
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly operand: number;
}

/** Operation codes of linux/bpf_common.h; the accumulator and the operand have 32 bits. */
export const opcode = { load: 0x20, isEqual: 0x15, isAtLeast: 0x35, hasAnyBit: 0x45, answer: 0x06 } as const;

/** Where `struct seccomp_data` holds what a filter may look at. Both architectures have the low half of a value first. */
export const field = {
  syscall: 0,
  architecture: 4,
  argument: (index: number) => 16 + 8 * index,
} as const;

export const load = (from: number): Instruction => instruction(opcode.load, from);
/** Ends the program with this verdict. */
export const answer = (verdict: number): Instruction => instruction(opcode.answer, verdict);

/** Runs `body` when the accumulator is `value`, and goes on behind it when it is not. */
export function whenEqual(value: number, body: readonly Instruction[]): Instruction[] {
  return [jump(opcode.isEqual, value, 0, body.length), ...body];
}

export function whenNotEqual(value: number, body: readonly Instruction[]): Instruction[] {
  return [jump(opcode.isEqual, value, body.length, 0), ...body];
}

export function whenAtLeast(value: number, body: readonly Instruction[]): Instruction[] {
  return [jump(opcode.isAtLeast, value, 0, body.length), ...body];
}

export function whenAnyBit(bits: number, body: readonly Instruction[]): Instruction[] {
  return [jump(opcode.hasAnyBit, bits, 0, body.length), ...body];
}

const maxJump = 255;
const maxInstructions = 4096;
const instructionBytes = 8;

/** The bytes that bubblewrap hands to the kernel. Both architectures are little-endian. */
export function assemble(program: readonly Instruction[]): Uint8Array {
  if (program.length > maxInstructions) throw new Error('The kernel takes no filter of this length.');
  const bytes = new Uint8Array(program.length * instructionBytes);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, ifTrue, ifFalse, operand }] of program.entries()) {
    if (ifTrue > maxJump || ifFalse > maxJump) throw new Error('A jump of a filter is too long.');
    const at = index * instructionBytes;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, ifTrue);
    view.setUint8(at + 3, ifFalse);
    view.setUint32(at + 4, operand, true);
  }
  return bytes;
}

function instruction(code: number, operand: number): Instruction {
  return jump(code, operand, 0, 0);
}

function jump(code: number, operand: number, ifTrue: number, ifFalse: number): Instruction {
  return { code, ifTrue, ifFalse, operand };
}
