import { type RefObject, useEffect, useRef, useState } from 'react';

/** Whether an element is within sight now: what nobody sees needs not be read. */
export function useSeen<E extends Element>(): readonly [RefObject<E | null>, boolean] {
  const element = useRef<E>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    const watch = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting === true), {
      // A little ahead of scrolling.
      rootMargin: '200px',
    });
    watch.observe(element.current);
    return () => watch.disconnect();
  }, []);
  return [element, seen];
}
