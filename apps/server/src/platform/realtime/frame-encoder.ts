import type { SessionEvent } from '@atelier/contracts/events';

/** The encoder tRPC takes for its WebSocket frames. */
interface FrameEncoder {
  encode(data: unknown): string;
  decode(data: unknown): unknown;
}

/** A client that comes back begins all its subscriptions anew in one frame; more than this is no client of ours. */
const maxOperations = 100;

interface EventsFrame {
  readonly id: number | string;
  readonly result: {
    readonly type: 'data';
    readonly id: string;
    readonly data: {
      readonly id: string;
      readonly data: { readonly kind: 'events'; readonly events: readonly SessionEvent[] };
    };
  };
}

/**
 * JSON, with the entries of a session's log turned into text once for all subscribers: a tail gives every reader the
 * same array, so its text is kept beside it for as long as the array lives.
 */
export function frameEncoder(): FrameEncoder {
  const texts = new WeakMap<readonly SessionEvent[], string>();
  return {
    encode(frame) {
      if (!isEventsFrame(frame)) return JSON.stringify(frame);
      const { events } = frame.result.data.data;
      let text = texts.get(events);
      if (text === undefined) {
        text = JSON.stringify(events);
        texts.set(events, text);
      }
      const id = JSON.stringify(frame.result.id);
      return `{"id":${JSON.stringify(frame.id)},"result":{"type":"data","id":${id},"data":{"id":${id},"data":{"kind":"events","events":${text}}}}}`;
    },
    decode(data) {
      if (typeof data !== 'string') throw new Error('Frames are text.');
      const frame: unknown = JSON.parse(data);
      if (Array.isArray(frame) && frame.length > maxOperations) throw new Error('Too many operations in one frame.');
      return frame;
    },
  };
}

function isEventsFrame(frame: unknown): frame is EventsFrame {
  const result = field(frame, 'result');
  return field(field(field(result, 'data'), 'data'), 'kind') === 'events' && typeof field(result, 'id') === 'string';
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
