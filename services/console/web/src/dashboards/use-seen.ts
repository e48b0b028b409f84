import { type RefObject, useEffect, useRef, useState } from 'react';

/** Whether an element is within sight now: what nobody sees needs not be read. */
export function useSeen<E extends Element>(): readonly [RefObject<E | null>, boolean] {
  const element = useRef<E>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    // Nothing ahead of scrolling: it would take its time from what is in sight.
    const watch = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting === true));
    watch.observe(element.current);
    return () => watch.disconnect();
  }, []);
  return [element, seen];
}
