/** What tests are told of an element's style is what jsdom, asked at length, says. */
import { describe, expect, it, vi } from "vitest";
import { quickStyles } from "./quick-styles";

const tags = [
  "a article button code dd details dialog div em fieldset h1 hr img input label li main mark nav",
  "ol option output p pre progress script select span strong summary table template ul",
].flatMap((some) => some.split(" "));
const sayings = [
  "hidden",
  'style="display: none"',
  'style="visibility: hidden"',
  'style="pointer-events: none; overflow: auto"',
  'type="hidden"',
  "open",
  "disabled",
];
const read = "display visibility pointer-events overflow position font-weight color".split(" ");

/** As it was before the set-up of the tests. */
function full(): typeof getComputedStyle {
  vi.unstubAllGlobals();
  return getComputedStyle;
}

function draw(html: string): Element[] {
  document.body.innerHTML = html;
  return [document.body, ...document.body.querySelectorAll("*")];
}

function told(styles: typeof getComputedStyle, element: Element): string[] {
  const style = styles(element);
  return [element.outerHTML, ...read.map((property) => style.getPropertyValue(property))];
}

describe("where no style sheet is loaded", () => {
  it.each([
    ["of every kind", tags.map((tag) => document.createElement(tag).outerHTML)],
    ["that say something of themselves", sayings.map((saying) => `<input ${saying}>`)],
    ["inside others", sayings.map((saying) => `<dialog ${saying}><b>b<svg></svg></b></dialog>`)],
  ])("the style of elements %s is what jsdom says", (_, html) => {
    const quick = quickStyles(full());
    const elements = draw(html.join(""));

    const said = elements.map((element) => told(quick, element));

    expect(document.styleSheets).toHaveLength(0);
    expect(said.length).toBeGreaterThan(html.length);
    expect(said).toEqual(elements.map((element) => told(full(), element)));
  });

  it("the style is another one when an element has changed", () => {
    draw("<p>It is here.</p>");
    const element = only("p");
    expect(getComputedStyle(element).display).toBe("block");

    element.style.display = "none";
    document.body.style.pointerEvents = "none";

    expect(getComputedStyle(element).display).toBe("none");
    expect(getComputedStyle(element).pointerEvents).toBe("none");
    document.body.removeAttribute("style");
  });
});

it("a style sheet counts as soon as it is there", () => {
  draw("<p>It is here.</p>");
  const element = only("p");
  expect(getComputedStyle(element).display).toBe("block");

  document.body.insertAdjacentHTML("beforeend", "<style>p { display: none }</style>");

  expect(getComputedStyle(element).display).toBe("none");
});

function only(tag: "p"): HTMLElement {
  const element = document.querySelector(tag);
  if (!element) throw new Error("nothing was drawn");
  return element;
}
