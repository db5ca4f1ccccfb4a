import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** So near the end counts as there: one line of text. */
const nearPx = 48;

/**
 * Keeps a scrolled list at its end while the reader is there. Any scroll upwards lets go; reaching the end, or asking
 * for it, holds on again. What is added at the top does not move what is being read.
 */
export function useStickToEnd(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  first: string | undefined,
) {
  const isHeld = useRef(true);
  const [isAway, setAway] = useState(false);
  const heightBefore = useRef(0);
  const firstBefore = useRef(first);

  useEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (!box || !inner) return;
    let lastTop = box.scrollTop;
    const toEnd = () => {
      if (isHeld.current) box.scrollTop = box.scrollHeight;
    };
    const onScroll = () => {
      const distance = box.scrollHeight - box.scrollTop - box.clientHeight;
      if (distance < nearPx) isHeld.current = true;
      else if (box.scrollTop < lastTop) isHeld.current = false;
      lastTop = box.scrollTop;
      setAway(!isHeld.current);
    };
    const observer = new ResizeObserver(toEnd);
    observer.observe(inner);
    observer.observe(box);
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', onScroll);
    };
  }, [scroller, content]);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const grew = box.scrollHeight - heightBefore.current;
    if (firstBefore.current !== first && firstBefore.current !== undefined && !isHeld.current && grew > 0) {
      box.scrollTop += grew;
    }
    firstBefore.current = first;
    heightBefore.current = box.scrollHeight;
  });

  function jumpToEnd(): void {
    isHeld.current = true;
    setAway(false);
    const box = scroller.current;
    if (box) box.scrollTop = box.scrollHeight;
  }
  return { isAway, jumpToEnd };
}
