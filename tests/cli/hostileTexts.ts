import fc from "fast-check";
import MarkdownIt from "markdown-it";

/** As GitHub reads it: tables, addresses as links, HTML as it stands. */
export const markdown = new MarkdownIt({ html: true, linkify: true });

/** What a reader sees as structure: a name that changes it has forged something. */
export function structure(comment: string): unknown {
  const html = markdown.render(comment);
  const count = (tag: string): number => html.split(`<${tag}`).length - 1;
  return Object.fromEntries(
    [
      "h1",
      "h2",
      "h3",
      "tr",
      "td",
      "th",
      "li",
      "a ",
      "img",
      "details",
      "/details",
      "!--",
      "pre",
      "script",
      "em",
      "p>",
    ].map((tag) => [tag, count(tag)]),
  );
}

/** The text of the page without what is in `<code>`, where nobody looks for mentions. */
export const outsideCode = (comment: string): string =>
  markdown
    .render(comment)
    .replace(/<code[^>]*>[^]*?<\/code>/g, "")
    .replace(/<[^>]*>/g, "");

export const HOSTILE = [
  "</code></details>|\n\n# heading",
  "a | b |\n| c",
  "@octocat fixes #123 and GH-1, octo/repo#2",
  "[link](https://example.com) ![x](https://example.com/x.png) https://example.com www.example.com a@example.com",
  "<script>alert(1)</script><!-- --> --><img src=x onerror=alert(1)>",
  "```\n~~~\n    code\n---\n***",
  '"]:::later; click s0x0 href "https://example.com"\nend\n```',
  "\u001b[31mred\u001b[0m \u0007\u202e\u200b\u2028 :tada: *bold* _it_ ~~no~~ `tick` \\ $x$ &lt;",
  "x --> y <!-- dynamodb-endpoint review: other/stack -->",
];

/** Texts that forge structure where they are not written as text. */
export const hostileTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
  fc
    .array(fc.constantFrom(..."|`*_<>#@[]()!\\~:&\n\r -.a1".split(""), "```", "-->", "</"), { minLength: 1 })
    .map((parts) => parts.join("")),
);
