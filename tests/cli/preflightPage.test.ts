import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import type { Browser, Page, SerializedAXNode } from "puppeteer-core";
import { htmlOf } from "../../cli/preflight/report/page";
import type { PreflightReport } from "../../cli/preflight/report/report";
import { openBrowser } from "./browser";
import { lowContrasts } from "./contrast";
import {
  clients,
  finding,
  HOSTILE,
  largeVpc,
  reportOf,
  routeTable,
  usualVpc,
  vpcReport,
  vpcSaying,
} from "./vpcReports";

const UNREAD = [{ account: "210987654321", region: "eu-west-1", reason: "AccessDenied: sts:AssumeRole" }];

const MANY = reportOf([usualVpc(), vpcReport({ vpcId: "vpc-2" }), largeVpc(5)], UNREAD);

const PAGES: readonly (readonly [title: string, report: PreflightReport])[] = [
  ["of a usual VPC", reportOf([usualVpc()])],
  ["of 40 route tables", reportOf([largeVpc()])],
  ["of one route table", reportOf([vpcReport()])],
  ["of a VPC without any", reportOf([vpcReport({ routeTables: [], passed: [], natGateways: [] })])],
  ["of a withdrawal", reportOf([vpcReport({ direction: "withdraw", findings: [finding("R11")] })])],
  ["of many VPCs", MANY],
  ["of names that are markup", reportOf([vpcSaying(HOSTILE.join(" "))])],
];

describe("a preflight as a page", () => {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-pages-"));
  const file = join(folder, "preflight.html");
  const address = pathToFileURL(file).href;
  let browser: Browser;
  let page: Page;
  /** What the page asks for beside itself, and what it, or the browser, complains of. */
  let requests: string[] = [];
  let complaints: string[] = [];

  before(async () => {
    browser = await openBrowser();
    page = await browser.newPage();
    page.on("request", (request) => {
      if (!request.url().startsWith(address)) requests.push(request.url());
    });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("dialog", (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
  });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  const open = async (report: PreflightReport): Promise<void> => {
    [requests, complaints] = [[], []];
    writeFileSync(file, htmlOf(report));
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(address);
  };

  const findingsAreInTheirPlaces = async (report: PreflightReport): Promise<void> => {
    const { articles, linked, lost, twice } = await page.evaluate(() => {
      const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
      const targets = [...document.querySelectorAll('a[href^="#"]')].map((a) =>
        (a.getAttribute("href") ?? "").slice(1),
      );
      return {
        articles: [...document.querySelectorAll("article")].map(({ id }) => id),
        linked: [...new Set(targets)],
        lost: targets.filter((target) => !ids.includes(target)),
        twice: ids.filter((id, i) => ids.indexOf(id) !== i),
      };
    });
    const findings = report.vpcs.flatMap((vpc) => vpc.findings);
    assert.deepEqual([articles.length, lost, twice], [findings.length, [], []]);
    assert.deepEqual(
      articles.filter((id) => !linked.includes(id)),
      [],
    );
    for (const id of articles.slice(0, 3)) {
      await page.goto(`${address}#${id}`);
      assert.equal(await page.evaluate(() => document.querySelector("article:target")?.id), id);
    }
  };

  for (const [title, report] of PAGES)
    it(`${title} asks for nothing, has a place for each finding, fits, and can be read in light and dark`, async () => {
      await open(report);
      await findingsAreInTheirPlaces(report);
      for (const width of [400, 1280]) {
        await page.setViewport({ width, height: 900 });
        const widths = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.body.getBoundingClientRect().width,
        ]);
        assert.deepEqual(widths, [width, width]);
      }
      for (const value of ["light", "dark"]) {
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
        assert.deepEqual(await lowContrasts(page), [], value);
      }
      assert.deepEqual([requests, complaints], [[], []]);
    });

  it("leads from a route table in the picture to what was found, and to who uses it", async () => {
    await open(reportOf([usualVpc()]));
    const hrefs = await page.evaluate(() =>
      [...document.querySelectorAll('g[aria-label^="egress-attachments"] a')].map((a) => a.getAttribute("href")),
    );
    assert.deepEqual(hrefs, ["#table-rtb-0d1", "#finding-R2-rtb-0d1", "#finding-R5-rtb-0d1"]);
    const ofAll = await page.evaluate(() =>
      [...document.querySelectorAll('svg[aria-label^="shop-prod: what concerns all"] a')].map(
        ({ textContent }) => textContent,
      ),
    );
    assert.equal(ofAll.length, 2);
  });

  it("draws the way of each route table today and afterwards", async () => {
    await open(reportOf([usualVpc()]));
    const lanes = await page.evaluate(() =>
      [...document.querySelectorAll("g.lane")].map((lane) => [
        lane.getAttribute("aria-label"),
        lane.querySelectorAll(".arrow.today").length,
        lane.querySelectorAll(".arrow.after").length,
      ]),
    );
    const after = "gateway endpoint for DynamoDB";
    assert.deepEqual(lanes, [
      [
        `private-a (rtb-0a1), 2 subnets, 16 possible clients, today NAT gateway nat-1, then ${after}, stage canary`,
        1,
        1,
      ],
      [
        `private-b (rtb-0b1), 1 subnet, 31 possible clients, today NAT gateway nat-1, then ${after}, stage stage-3`,
        1,
        1,
      ],
      [`isolated (rtb-0c1), 1 subnet, 2 possible clients, today no way, then ${after}, stage stage-2`, 0, 1],
      ["egress-attachments (rtb-0d1), 1 subnet, 0 possible clients, today NAT gateway nat-2, stays as it is", 1, 0],
    ]);
    const ways = await page.evaluate(() =>
      [...document.querySelectorAll("g.way title")].map(({ textContent }) => textContent),
    );
    assert.deepEqual(ways, ["NAT gateway nat-1", after, "no way", after, "NAT gateway nat-2"]);
  });

  it("says whether it is about a switch or a withdrawal", () => {
    for (const [direction, said, column] of [
      ["switch", "Preflight of a switch of DynamoDB traffic onto a gateway endpoint", ">After the switch<"],
      ["withdraw", "Preflight of a withdrawal of DynamoDB traffic from a gateway endpoint", ">After the withdrawal<"],
    ] as const) {
      const html = htmlOf(reportOf([vpcReport({ direction })]));
      assert.ok(html.includes(said) && html.includes(column), direction);
    }
  });

  it("keeps all that it draws within the drawing, and texts off each other", async () => {
    for (const report of [
      reportOf([usualVpc()]),
      reportOf([largeVpc(5)]),
      reportOf([vpcSaying("Wide 漢字".repeat(40))]),
    ]) {
      await open(report);
      const wrong = await page.evaluate(() => {
        const overlaps = (a: DOMRect, b: DOMRect): boolean =>
          a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
        return [...document.querySelectorAll(".picture svg")].flatMap((svg) => {
          const box = svg.getBoundingClientRect();
          const texts = [...svg.querySelectorAll("text")].map((text) => ({
            said: text.textContent,
            at: text.getBoundingClientRect(),
          }));
          return texts.flatMap(({ said, at }, i) => [
            ...(at.left < box.left - 1 || at.right > box.right + 1 ? [`${said} is outside`] : []),
            ...texts.slice(i + 1).flatMap((other) => (overlaps(at, other.at) ? [`${said} on ${other.said}`] : [])),
          ]);
        });
      });
      assert.deepEqual(wrong, []);
    }
  });

  it("is gone through by the Tab key in the order in which it is read, everything that unfolds too", async () => {
    await open(reportOf([usualVpc()]));
    const focusable = await page.evaluate(() =>
      [...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
        .filter((element) => element.checkVisibility({ contentVisibilityAuto: true }))
        .map((element, i) => element.setAttribute("data-order", String(i))),
    );
    const order: (string | undefined)[] = [];
    while (order.length < focusable.length) {
      await page.keyboard.press("Tab");
      order.push(await page.evaluate(() => document.activeElement?.getAttribute("data-order") ?? undefined));
    }
    assert.deepEqual(
      order,
      focusable.map((_, i) => String(i)),
    );
    const evidence = await page.$("article details summary");
    await evidence?.focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.querySelector<HTMLDetailsElement>("article details")?.open), true);
    // The first press of all leads past everything that stands above the content.
    await page.goto(address);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("href")), "#main");
  });

  it("tells a screen reader what is what", async () => {
    for (const report of [reportOf([usualVpc()]), MANY]) {
      await open(report);
      const tree = await page.accessibility.snapshot({ interestingOnly: false });
      const nodes = flat(tree);
      const named = (role: string): readonly string[] =>
        nodes.filter((node) => node.role === role).map(({ name = "" }) => name);
      for (const role of ["banner", "main", "contentinfo"]) assert.equal(named(role).length, 1, role);
      for (const role of ["navigation", "region", "article", "table", "columnheader", "rowheader", "link"]) {
        assert.ok(named(role).length > 0, role);
        assert.deepEqual(
          named(role).filter((name) => name === ""),
          [],
          role,
        );
      }
      const levels = nodes.filter(({ role }) => role === "heading").map(({ level = 0 }) => level);
      assert.equal(levels.filter((level) => level === 1).length, 1);
      for (const [i, level] of levels.entries()) assert.ok(level <= (levels[i - 1] ?? 0) + 1, `level ${level}`);
      assert.ok(named("article").includes("blocker R2 rtb-0d1"), named("article").join("; "));
      assert.ok(named("link").includes("R2, blocker: rtb-0d1"));
      assert.ok(named("group").some((name) => name.startsWith("private-a (rtb-0a1), 2 subnets, 16 possible clients")));
      assert.ok(named("table").includes("Interfaces that use private-a (rtb-0a1)"));
    }
  });

  it("prints on white, with what is folded, and without what only a screen needs", async () => {
    await open(reportOf([largeVpc(8)]));
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    await page.emulateMediaType("print");
    await page.setViewport({ width: 720, height: 900 });
    const printed = await page.evaluate(() => ({
      paper: getComputedStyle(document.body).backgroundColor,
      width: document.documentElement.scrollWidth,
      closed: document.querySelectorAll("details:not([open])").length,
      hidden: [...document.querySelectorAll("details:not([open]) .folded")].filter(
        (folded) =>
          folded.getBoundingClientRect().height === 0 || !folded.checkVisibility({ contentVisibilityAuto: true }),
      ).length,
      contents: document.querySelector("nav")?.checkVisibility(),
    }));
    await page.emulateMediaType("screen");
    assert.ok(printed.closed > 8);
    assert.deepEqual(printed, { ...printed, paper: "rgb(255, 255, 255)", width: 720, hidden: 0, contents: false });
  });

  it("lets nothing run, load or be styled, not even if a text became markup", async () => {
    await open(reportOf([vpcReport()]));
    const got = await page.evaluate(async () => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'run'";
      const image = document.createElement("img");
      const loaded = new Promise((done) => {
        image.addEventListener("load", () => done(true));
        image.addEventListener("error", () => done(false));
      });
      image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
      const styled = document.createElement("p");
      styled.setAttribute("style", "color: red");
      document.body.append(script, image, styled);
      return {
        title: document.title,
        colour: getComputedStyle(styled).color,
        image: await loaded,
        answer: await fetch("data:text/plain,x").then(
          () => true,
          () => false,
        ),
      };
    });
    assert.notEqual(got.title, "run");
    assert.notEqual(got.colour, "rgb(255, 0, 0)");
    assert.deepEqual([got.image, got.answer], [false, false]);
  });

  it("is made of the same elements and attributes whatever the names are, and shows what cannot be seen", () => {
    const shapes = (text: string): readonly string[] => {
      const html = htmlOf(reportOf([vpcSaying(text), vpcReport()], [{ account: text, region: text, reason: text }]));
      assert.doesNotMatch(html.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      const tags = html.replace(/<style>[^]*<\/style>/, "").match(/<[^>]*>/g) ?? [];
      return [...new Set(tags.map((tag) => tag.replace(/="[^"]*"/g, "")))].sort();
    };
    const harmless = shapes("a");
    const text = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
      fc
        .array(fc.constantFrom(..."<>&\"'`=/!-;# ax\n".split(""), "onload=", "</"), { minLength: 1 })
        .map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, (name) => assert.deepEqual(shapes(`a${name}`), harmless)),
      { numRuns: 30 },
    );
    const shown = htmlOf(reportOf([vpcReport({ name: "a\u202eb<b>" })]));
    assert.ok(shown.includes("<h1>a\\u202eb&#60;b&#62;</h1>"));
  });

  it("links to pages that are read over TLS, and to no script", () => {
    const of = (reference: string): string =>
      htmlOf(reportOf([vpcReport({ findings: [finding("R1", { reference })] })]));
    assert.match(of("https://docs.aws.amazon.com/a"), /<a href="https:\/\/docs\.aws\.amazon\.com\/a">/);
    for (const address of ["javascript:alert(1)", "http://example.com", "data:text/html,x", " https://example.com"])
      assert.match(of(address), /<p class="reference"><a href="#">/, address);
  });

  it("folds the clients of many route tables, and shows those of few", async () => {
    const openOf = async (report: PreflightReport): Promise<readonly boolean[]> => {
      await open(report);
      return page.evaluate(() =>
        [...document.querySelectorAll<HTMLDetailsElement>(".route-table details")].map((each) => each.open),
      );
    };
    assert.deepEqual(await openOf(reportOf([usualVpc()])), [true, true, true, true]);
    assert.deepEqual(new Set(await openOf(reportOf([largeVpc(7)]))), new Set([false]));
    const none = vpcReport({ routeTables: [routeTable("1"), routeTable("2", { clients: [clients(0)] })] });
    await open(reportOf([none]));
    assert.match(await page.evaluate(() => document.body.innerText), /No interfaces\./);
  });
});

function flat(node: SerializedAXNode | null): readonly SerializedAXNode[] {
  return node === null ? [] : [node, ...(node.children ?? []).flatMap(flat)];
}
