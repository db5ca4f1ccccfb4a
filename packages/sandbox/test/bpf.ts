/** What the kernel gives a filter to judge: struct seccomp_data. */
export interface Call {
  readonly architecture: number;
  readonly number: number;
  readonly arguments?: readonly number[];
}

const operation = { load: 0x20, isEqual: 0x15, isAtLeast: 0x35, hasAnyBit: 0x45, answer: 0x06 } as const;

/** Runs a filter as the kernel would. It knows the operations that ours uses, and no others. */
export function judge(program: Uint8Array, call: Call): number {
  const data = dataOf(call);
  const code = new DataView(program.buffer, program.byteOffset, program.byteLength);
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 8) {
    const operand = code.getUint32(at + 4, true);
    const jump = (holds: boolean) => 8 * code.getUint8(at + (holds ? 2 : 3));
    switch (code.getUint16(at, true)) {
      case operation.load:
        accumulator = data.getUint32(operand, true);
        break;
      case operation.isEqual:
        at += jump(accumulator === operand);
        break;
      case operation.isAtLeast:
        at += jump(accumulator >= operand);
        break;
      case operation.hasAnyBit:
        at += jump((accumulator & operand) !== 0);
        break;
      case operation.answer:
        return operand;
      default:
        throw new Error(`There is no such operation, at ${at / 8}.`);
    }
  }
  throw new Error('The program runs past its end.');
}

function dataOf(call: Call): DataView {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call.number, true);
  data.setUint32(4, call.architecture, true);
  for (const [index, argument] of (call.arguments ?? []).entries()) {
    data.setBigUint64(16 + 8 * index, BigInt.asUintN(64, BigInt(argument)), true);
  }
  return data;
}
