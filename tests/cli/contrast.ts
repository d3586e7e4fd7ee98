import type { Page } from "puppeteer-core";

/** Texts of a page that are hard to read: what WCAG asks of small ones. https://www.w3.org/TR/WCAG22/#contrast-minimum */
export async function lowContrasts(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  // All of it at once: what is not in the window has no colours under it.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewport({ width: 1280, height: Math.min(height, 60_000) });
  return page.evaluate(lowContrastsOfDocument);
}

/** In the page: nothing of this file is there. */
function lowContrastsOfDocument(): readonly string[] {
  const LEAST = 4.5;
  type Colour = readonly [red: number, green: number, blue: number, alpha: number];
  const parsed = (text: string): Colour => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return text === "none" || text === "transparent" ? [0, 0, 0, 0] : [red, green, blue, alpha];
  };
  const luminance = ([red, green, blue]: Colour): number => {
    const linear = (value: number): number =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const surfaceOf = (element: Element): Colour => {
    const style = getComputedStyle(element);
    if (!(element instanceof SVGElement)) return parsed(style.backgroundColor);
    return element instanceof SVGRectElement || element instanceof SVGPathElement ? parsed(style.fill) : [0, 0, 0, 0];
  };
  const found: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const element = node.parentElement;
    if (element === null || (node.nodeValue ?? "").trim() === "" || element.closest("title, .skip") !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const [box] = range.getClientRects();
    const said = `${element.tagName} ${(node.nodeValue ?? "").slice(0, 40)}`;
    if (box === undefined || box.width === 0) {
      found.push(`${said}: is not shown`);
      continue;
    }
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const scrolled = element.closest(".scrolled")?.getBoundingClientRect();
    if (scrolled !== undefined && (x > scrolled.right || x < scrolled.left)) continue;
    const under = document.elementsFromPoint(x, y);
    const surface = under.map(surfaceOf).find(([, , , alpha]) => alpha === 1);
    const colour = parsed(
      element instanceof SVGElement ? getComputedStyle(element).fill : getComputedStyle(element).color,
    );
    if (!under.includes(element) || surface === undefined) {
      found.push(`${said}: is covered, or lies on nothing`);
      continue;
    }
    const [light = 0, dark = 0] = [luminance(colour), luminance(surface)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < LEAST) found.push(`${said}: ${ratio.toFixed(2)}`);
  }
  return found;
}
