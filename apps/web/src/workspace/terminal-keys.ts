import type { Terminal } from '@xterm/xterm';

/** Leaves the terminal: Tab and Escape belong to what runs in it. */
export const leaveKeys = 'Ctrl+Shift+M';

/**
 * Keys that are ours and not the shell's. Ctrl+C copies while something is selected, Ctrl+V lets the browser paste; with
 * Shift both always do.
 */
export function handleOwnKeys(screen: Terminal, onLeave: () => void): void {
  screen.attachCustomKeyEventHandler((event) => {
    if (!event.ctrlKey || event.altKey || event.metaKey) return true;
    const isDown = event.type === 'keydown';
    if (event.code === 'KeyM' && event.shiftKey) {
      event.preventDefault();
      if (isDown) onLeave();
      return false;
    }
    if (event.code === 'KeyV') return false;
    if (event.code !== 'KeyC' || !(event.shiftKey || screen.hasSelection())) return true;
    event.preventDefault();
    if (isDown && screen.hasSelection()) {
      void navigator.clipboard.writeText(screen.getSelection()).catch(() => undefined);
      screen.clearSelection();
    }
    return false;
  });
}
