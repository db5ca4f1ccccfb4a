import { useEffect, useRef } from 'react';

/** Does something when the component appears, once, even where React mounts twice to find mistakes. */
export function useOnce(action: () => void): void {
  const isDone = useRef(false);
  useEffect(() => {
    if (isDone.current) return;
    isDone.current = true;
    action();
  });
}
