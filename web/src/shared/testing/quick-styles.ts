/**
 * What an element's style comes to, where no style sheet is loaded: the tests' documents have none.
 *
 * jsdom asks all the rules of a browser's own style sheet of every element each time something has changed, and what
 * looks for a role asks for the style of every element on the page: that was a fifth of what all the tests cost. What
 * those rules say depends on the tag and a few attributes alone, so that jsdom is asked once for each kind.
 */

type Styles = typeof globalThis.getComputedStyle;
/** What is known of each kind is kept where files of tests, which have modules of their own, find it again. */
type LastingStyles = Styles & { kinds?: Map<string, CSSStyleDeclaration> };

/** Of a browser's own rules, these ask for more than the tag. */
const attributes = ["hidden", "open", "type"];
/** Of what jsdom works out at all, this comes from the parents. */
const inherited = new Set(["visibility", "pointer-events"]);

/** Answers as `full` does, which it asks where a document has a style sheet. */
export function quickStyles(full: LastingStyles): Styles {
  const kinds = (full.kinds ??= new Map());

  /** Of an element of the same kind that stands alone and says nothing of its style. */
  function kindOf(element: Element): CSSStyleDeclaration {
    const said = attributes.filter((name) => element.hasAttribute(name));
    const values = said.map((name) => `${name}=${element.getAttribute(name)}`);
    const key = [element.namespaceURI, element.localName, ...values].join(" ");
    const known = kinds.get(key);
    if (known) return known;
    const alone = document.createElementNS(element.namespaceURI, element.localName);
    for (const name of said) alone.setAttribute(name, element.getAttribute(name) ?? "");
    const style = full(alone);
    kinds.set(key, style);
    return style;
  }

  function valueOf(element: Element, property: string): string {
    if (property.endsWith("color")) return full(element).getPropertyValue(property);
    const own = element.hasAttribute("style") && styleOf(element)?.getPropertyValue(property);
    if (own) return own;
    const parent = inherited.has(property) ? element.parentElement : null;
    return parent ? valueOf(parent, property) : kindOf(element).getPropertyValue(property);
  }

  return (element, pseudo) => {
    if (pseudo || element.ownerDocument.styleSheets.length > 0) return full(element, pseudo);
    const get = (property: string) => valueOf(element, property);
    return new Proxy(kindOf(element), {
      get(kind, name) {
        if (name === "getPropertyValue") return get;
        const value: unknown = Reflect.get(kind, name, kind);
        if (typeof name !== "string" || typeof value !== "string") return value;
        return get(name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
      },
    });
  };
}

function styleOf(element: Element): CSSStyleDeclaration | null {
  return element instanceof HTMLElement || element instanceof SVGElement ? element.style : null;
}
