/** Puts work before (and after) calls of some methods of an object, such as throwing a fault. */
export function intercept<T extends object>(
  target: T,
  around: { readonly [K in keyof T]?: (call: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown> },
): T {
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value !== 'function') return value;
      const method = value.bind(object) as (...args: unknown[]) => unknown;
      const wrap = around[name as keyof T];
      if (wrap === undefined) return method;
      return (...args: unknown[]) => wrap(async () => method(...args), args);
    },
  });
}
