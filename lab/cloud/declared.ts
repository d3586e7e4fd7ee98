/** Declares operations whose types are what their implementation says. */
export function declared<Parts extends readonly unknown[], Operations>(
  operations: (...parts: Parts) => Operations,
): (...parts: Parts) => Operations {
  return operations;
}
