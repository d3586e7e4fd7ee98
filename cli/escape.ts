/** More of one name or sentence nobody reads, and it could crowd everything else out. */
const MOST_CHARACTERS = 1_000;

/**
 * A text of somebody else's as Markdown may show it: in `<code>`, where neither GitHub nor GitLab looks for mentions,
 * issues, addresses or emoji, with everything that Markdown or HTML reads written as an entity. It forges nothing: no
 * row, heading or fold, and ends none.
 */
export function code(text: string): string {
  const shown = Array.from(visible(text.slice(0, MOST_CHARACTERS * 2)));
  const cut = shown.length > MOST_CHARACTERS ? [...shown.slice(0, MOST_CHARACTERS), "…"] : shown;
  return `<code>${cut.map(entity).join("")}</code>`;
}

function entity(character: string): string {
  return /[A-Za-z0-9 ,;:()-]|[\u00a0-\uffff]/u.test(character) ? character : `&#${character.codePointAt(0) ?? 0};`;
}

/** On one line, without what is not seen: controls, colours, marks that turn the direction, half characters. */
export function visible(text: string): string {
  return text
    .replace(COLOURS, "")
    .replace(/[\s\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, "");
}

// eslint-disable-next-line no-control-regex -- it is these that are taken away
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;

/** As a Mermaid label may have it. */
export function label(text: string): string {
  return visible(text).replace(/[^A-Za-z0-9 ]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}

/** A name within an HTML comment. */
export function marker(text: string): string {
  return visible(text)
    .replace(/[^A-Za-z0-9_./ -]/g, "_")
    .replace(/--+/g, "-");
}
