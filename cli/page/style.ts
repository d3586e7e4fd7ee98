/**
 * How every page looks: in the reader's own fonts, in light and dark, on a wide screen, a narrow one and paper. Colour
 * is never alone: each has its word beside it.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1a2230; --muted: #515c6b; --line: #d3d9e1; --soft: #edf0f4;
  --accent: #0b5cad; --accent-soft: #e3effb; --focus: #0b5cad;
  --blocker: #98161d; --blocker-soft: #fde7e7; --high: #8a3a00; --high-soft: #fdeadb;
  --medium: #6b5000; --medium-soft: #fbf1cd; --info: #1d4f85; --info-soft: #e4effa;
  --unknown: #5b2d91; --unknown-soft: #f0e8fb; --passed: #14603a; --passed-soft: #def3e6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e131a; --card: #171e28; --text: #e7ebf1; --muted: #a9b4c2; --line: #344050; --soft: #202a37;
    --accent: #8cc4ff; --accent-soft: #14304d; --focus: #8cc4ff;
    --blocker: #ffb3b3; --blocker-soft: #4b1519; --high: #ffc59b; --high-soft: #472409;
    --medium: #f4d878; --medium-soft: #3d3106; --info: #a8d0ff; --info-soft: #15304f;
    --unknown: #d9c0ff; --unknown-soft: #341f55; --passed: #97e2b5; --passed-soft: #103821;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { scroll-behavior: auto; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
body > header, main, body > footer { max-width: 76rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
body > header { padding-top: 2rem; }
body > footer { padding-top: 1.5rem; padding-bottom: 3rem; color: var(--muted); font-size: .875rem; }
main:focus { outline: none; }
.skip { position: absolute; left: -100rem; padding: .5rem 1rem; background: var(--card); color: var(--accent); }
.skip:focus { left: .5rem; top: .5rem; z-index: 1; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 0 0 .5rem; text-wrap: balance; }
h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); letter-spacing: -.01em; }
h2 { font-size: 1.3rem; margin-top: 2.5rem; }
h3 { font-size: 1.05rem; margin-top: 1.75rem; }
h4, h5, h6 { font-size: 1rem; }
p { margin: 0 0 .6rem; max-width: 75ch; }
a { color: var(--accent); text-underline-offset: .15em; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
code { overflow-wrap: anywhere; }
ul, ol { padding-left: 1.25rem; margin: 0 0 .6rem; }
section { scroll-margin-top: 1rem; }
section > h3, section > h4, section > h5 { margin-top: 1.5rem; }
.eyebrow { margin: 0 0 .25rem; color: var(--muted); font-size: .875rem; font-weight: 600; }
.where { color: var(--muted); margin: 0; }
.where span + span::before { content: "·"; padding: 0 .5em; }
.answer {
  margin: 1.5rem 0 0; padding: 1.1rem 1.35rem; border-radius: 10px; border: 1px solid currentColor;
  border-left-width: 8px; font-size: 1.2rem; font-weight: 600; max-width: none;
}
.answer.yes { color: var(--passed); background: var(--passed-soft); }
.answer.no { color: var(--blocker); background: var(--blocker-soft); }
.answer.open { color: var(--unknown); background: var(--unknown-soft); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1rem 0 0; }
.figures > div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .75rem 1rem; }
.figures dt { color: var(--muted); font-size: .8125rem; }
.figures dd { margin: .1rem 0 0; font-size: 1.25rem; font-weight: 650; font-variant-numeric: tabular-nums; }
nav.contents ul { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem 1.25rem; margin: 1.25rem 0 0; padding: 0; }
.badge {
  display: inline-block; padding: .05rem .55rem; border-radius: 99px; border: 1px solid currentColor;
  font-size: .78rem; font-weight: 650; line-height: 1.5; white-space: nowrap; vertical-align: .08em;
}
.badge.blocker { color: var(--blocker); background: var(--blocker-soft); }
.badge.high { color: var(--high); background: var(--high-soft); }
.badge.medium { color: var(--medium); background: var(--medium-soft); }
.badge.info { color: var(--info); background: var(--info-soft); }
.badge.unknown { color: var(--unknown); background: var(--unknown-soft); }
.badge.passed, .badge.acknowledged { color: var(--passed); background: var(--passed-soft); }
.finding {
  background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--line); border-radius: 8px;
  padding: .85rem 1.1rem .5rem; margin: 0 0 .75rem; scroll-margin-top: 1rem;
}
.finding:target, .route-table:target { outline: 3px solid var(--focus); outline-offset: 2px; }
.finding.blocker { border-left-color: var(--blocker); }
.finding.high { border-left-color: var(--high); }
.finding.medium { border-left-color: var(--medium); }
.finding.info { border-left-color: var(--info); }
.finding.unknown { border-left-color: var(--unknown); }
.finding.acknowledged { border-left-color: var(--passed); }
.finding h4, .finding h5, .finding h6 { font-weight: 600; }
.finding .rule { font-weight: 750; }
.note { color: var(--muted); }
.reference { font-size: .875rem; }
.evidence { margin: 0; }
.plain { list-style: none; padding: 0; margin: 0; }
details { margin: 0 0 .6rem; }
details details { margin-left: 0; }
summary { cursor: pointer; padding: .2rem 0; border-radius: 4px; }
summary .quiet { color: var(--muted); }
.folded { padding: .35rem 0 .35rem 1.1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .6rem 1.1rem; margin: 0 0 .6rem; }
.scrolled { overflow-x: auto; max-width: 100%; border-radius: 8px; }
table { border-collapse: collapse; width: 100%; background: var(--card); font-size: .9375rem; }
caption { text-align: left; color: var(--muted); padding: 0 0 .4rem; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
th, td { overflow-wrap: break-word; }
td { min-width: 6rem; }
thead th { background: var(--soft); font-size: .8125rem; vertical-align: bottom; }
tbody th { font-weight: 600; min-width: 11rem; }
thead .number { white-space: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; min-width: 0; }
pre { margin: 0; padding: .9rem 1.1rem; background: var(--soft); border-radius: 8px; overflow-wrap: normal; line-height: 1.5; }
@media print {
  :root {
    --page: #ffffff; --card: #ffffff; --text: #000000; --muted: #444b55; --line: #b9c0c9; --soft: #f1f3f5;
    --accent: #0b4a8a; --accent-soft: #e3effb; --focus: #0b5cad;
    --blocker: #98161d; --blocker-soft: #fde7e7; --high: #8a3a00; --high-soft: #fdeadb;
    --medium: #6b5000; --medium-soft: #fbf1cd; --info: #1d4f85; --info-soft: #e4effa;
    --unknown: #5b2d91; --unknown-soft: #f0e8fb; --passed: #14603a; --passed-soft: #def3e6;
    color-scheme: light;
  }
  body { font-size: 10pt; }
  body > header, main, body > footer { max-width: none; padding-left: 0; padding-right: 0; }
  .skip, nav.contents { display: none; }
  .scrolled { overflow: visible; }
  pre { white-space: pre-wrap; }
  .finding, tr, .figures > div, .answer { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; }
  summary { list-style: none; }
}
`;
