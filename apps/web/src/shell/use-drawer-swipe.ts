import { useEffect } from 'react';
import { drawerOpen } from './layout-state.ts';

const edgePx = 32;
const travelPx = 60;

/** A swipe from the left edge opens the sidebar on a phone, a swipe back closes it. */
export function useDrawerSwipe(): void {
  useEffect(() => {
    let start: { x: number; y: number } | null = null;
    const onStart = ({ touches: [touch] }: TouchEvent) => {
      const mayStart = touch && (drawerOpen.value || touch.clientX < edgePx);
      start = mayStart ? { x: touch.clientX, y: touch.clientY } : null;
    };
    const onEnd = ({ changedTouches: [touch] }: TouchEvent) => {
      if (!start || !touch || !window.matchMedia('(max-width: 900px)').matches) return;
      const x = touch.clientX - start.x;
      const isSideways = Math.abs(x) > travelPx && Math.abs(x) > 2 * Math.abs(touch.clientY - start.y);
      if (isSideways) drawerOpen.set(x > 0);
    };
    window.addEventListener('touchstart', onStart, { passive: true });
    window.addEventListener('touchend', onEnd, { passive: true });
    return () => {
      window.removeEventListener('touchstart', onStart);
      window.removeEventListener('touchend', onEnd);
    };
  }, []);
}
