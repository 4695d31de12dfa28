/** An object all of whose properties are there. */
export type Complete<T> = { readonly [K in keyof T]: NonNullable<T[K]> };

/** The object itself when none of its properties is null, else null: what has an error is not resolved. */
export function complete<T extends object>(parts: T): Complete<T> | null {
  return Object.values(parts).includes(null) ? null : (parts as Complete<T>);
}
