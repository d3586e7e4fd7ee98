/** `app-*`. */
export function isNamed(name: string, pattern: string): boolean {
  return new RegExp(`^${pattern.split("*").map(quoted).join(".*")}$`).test(name);
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
