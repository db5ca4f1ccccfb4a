import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openGate, socketGate } from './socket-gate.ts';

const mebibyte = 1024 * 1024;
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An open socket in which `waiting` bytes wait. */
function newSocket(waiting: number) {
  const socket: WebSocket = Object.create(WebSocket.prototype);
  const buffered = vi.spyOn(socket, 'bufferedAmount', 'get').mockReturnValue(waiting);
  const state = vi.spyOn(socket, 'readyState', 'get').mockReturnValue(WebSocket.OPEN);
  const close = vi.spyOn(socket, 'close').mockImplementation(() => undefined);
  const terminate = vi.spyOn(socket, 'terminate').mockImplementation(() => undefined);
  const onClosed = vi.fn();
  const gate = socketGate(socket, onClosed);
  return { gate, buffered, state, close, terminate, onClosed };
}

/** Whether the reader was let through by now. */
function passing(passed: Promise<void>): { isThrough: boolean } {
  const seen = { isThrough: false };
  void passed.then(() => {
    seen.isThrough = true;
  });
  return seen;
}

test.each([0, mebibyte])('a reader with %i bytes in its socket reads on', async (bytes) => {
  const { gate, onClosed } = newSocket(bytes);
  await gate.ready(never);
  expect(onClosed).not.toHaveBeenCalled();
});

test('a reader whose socket is full waits until there is room', async () => {
  const { gate, buffered, close } = newSocket(mebibyte + 1);
  const seen = passing(gate.ready(never));
  await vi.advanceTimersByTimeAsync(29_000);
  expect(seen.isThrough).toBe(false);

  buffered.mockReturnValue(mebibyte);
  await vi.advanceTimersByTimeAsync(20);
  expect(seen.isThrough).toBe(true);
  expect(close).not.toHaveBeenCalled();
});

test('a reader who takes slowly what is much is waited for', async () => {
  const { gate, buffered, close } = newSocket(20 * mebibyte);
  const seen = passing(gate.ready(never));
  for (let left = 20 * mebibyte; left > mebibyte; left -= 100_000) {
    buffered.mockReturnValue(left);
    await vi.advanceTimersByTimeAsync(900);
  }
  expect([seen.isThrough, close.mock.calls]).toEqual([false, []]);

  buffered.mockReturnValue(mebibyte);
  await vi.advanceTimersByTimeAsync(20);
  expect([seen.isThrough, close.mock.calls]).toEqual([true, []]);
});

test.each([
  ['that holds more than four mebibytes and takes nothing for a second', 4 * mebibyte + 1, 1020],
  ['that is full and takes nothing for half a minute', mebibyte + 1, 30_020],
])('a socket %s is closed with a hint to resume, and ended if it does not close', async (_name, bytes, wait) => {
  const { gate, close, terminate, onClosed } = newSocket(bytes);
  const seen = passing(gate.ready(never));
  await vi.advanceTimersByTimeAsync(wait);

  expect(seen.isThrough).toBe(true);
  expect(onClosed).toHaveBeenCalledOnce();
  expect(close).toHaveBeenCalledExactlyOnceWith(1013, 'slow reader: resume from the log');
  expect(terminate).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1000);
  expect(terminate).toHaveBeenCalledOnce();
});

test.each(['the reader left', 'the socket closed'])('nobody is waited for when %s', async (why) => {
  const { gate, state, close } = newSocket(2 * mebibyte);
  const abort = new AbortController();
  const seen = passing(gate.ready(abort.signal));
  await vi.advanceTimersByTimeAsync(100);
  expect(seen.isThrough).toBe(false);

  if (why === 'the reader left') abort.abort();
  else state.mockReturnValue(WebSocket.CLOSED);
  await vi.advanceTimersByTimeAsync(20);
  expect(seen.isThrough).toBe(true);
  expect(close).not.toHaveBeenCalled();
});

test('a reader without a socket is never held', async () => {
  await openGate.ready(never);
});
