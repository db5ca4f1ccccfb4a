import { readText, writeText } from './storage.ts';

const checkEveryMs = 5000;
/** So often the other tabs are told at most. */
const tellEveryMs = 2000;
const signs = ['pointerdown', 'pointermove', 'wheel', 'keydown', 'touchstart'] as const;
/** For a tab that was frozen and heard nothing: it looks here before it ends what others still use. */
const key = 'atelier.active-at';

/**
 * Calls `onIdle` once when nobody has used any tab of this app for `limitMs`. By the clock on the wall: a laptop that
 * slept has been idle, too. Returns how to stop.
 */
export function watchIdle(limitMs: number, onIdle: () => void): () => void {
  const channel = new BroadcastChannel('atelier.activity');
  let activeAt = Date.now();
  let toldAt = 0;

  const end = () => {
    stop();
    onIdle();
  };
  /** Whether it is over. */
  const look = (): boolean => {
    if (Date.now() - activeAt < limitMs) return false;
    activeAt = Math.max(activeAt, Number(readText(key) ?? 0));
    if (Date.now() - activeAt < limitMs) return false;
    // The other tabs end with this one and know why.
    channel.postMessage('idle');
    end();
    return true;
  };
  const onActive = () => {
    // Whoever comes back too late does not get in by touching the mouse.
    if (look()) return;
    activeAt = Date.now();
    if (activeAt - toldAt < tellEveryMs) return;
    toldAt = activeAt;
    writeText(key, String(activeAt));
    channel.postMessage('active');
  };
  const onMessage = ({ data }: MessageEvent<unknown>) => {
    if (data === 'active') activeAt = Date.now();
    if (data === 'idle') end();
  };
  const timer = setInterval(look, checkEveryMs);
  for (const sign of signs) window.addEventListener(sign, onActive, { capture: true, passive: true });
  document.addEventListener('visibilitychange', look);
  channel.addEventListener('message', onMessage);
  // Whoever has just signed in or loaded the page is there.
  writeText(key, String(activeAt));
  channel.postMessage('active');

  function stop(): void {
    clearInterval(timer);
    for (const sign of signs) window.removeEventListener(sign, onActive, { capture: true });
    document.removeEventListener('visibilitychange', look);
    channel.close();
  }
  return stop;
}
