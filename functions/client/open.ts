/**
 * A type whose lists of words are open: a newer server may say one that an installed app does not know. Editors still
 * offer the known ones, and a `switch` over them needs its `default`.
 */
export type Open<T> = T extends string
  ? string extends T
    ? T
    : T | (string & {})
  : T extends Date
    ? T
    : T extends (infer Element)[]
      ? Open<Element>[]
      : T extends readonly (infer Element)[]
        ? readonly Open<Element>[]
        : T extends object
          ? { [Key in keyof T]: Open<T[Key]> }
          : T;
