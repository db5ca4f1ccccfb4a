/**
 * What xterm takes for the document. Our pages refuse style elements and style attributes that a script makes (the content
 * security policy), and xterm makes both. Here such an element is a sheet of the page, and such an attribute a property,
 * which no policy refuses.
 */
export const terminalDocument: Document = new Proxy(document, {
  get(target, name) {
    if (name === 'createElement') return createElement;
    const value: unknown = Reflect.get(target, name, target);
    return typeof value === 'function' ? value.bind(target) : value;
  },
  set: (target, name, value) => Reflect.set(target, name, value, target),
});

/** Does `work` while the page's own document makes such elements too: one part of xterm asks no other. */
export function withTerminalDocument(work: () => void): void {
  document.createElement = createElement;
  try {
    work();
  } finally {
    Reflect.deleteProperty(document, 'createElement');
  }
}

function createElement(name: string): HTMLElement {
  if (name === 'style') return sheetElement();
  const element = Document.prototype.createElement.call(document, name);
  const setAttribute = element.setAttribute.bind(element);
  element.setAttribute = (attribute, value) => {
    if (attribute === 'style') element.style.cssText = value;
    else setAttribute(attribute, value);
  };
  return element;
}

/** Stands where a style element would; its text is a sheet of the page as long as it is there. */
function sheetElement(): HTMLElement {
  const element = Document.prototype.createElement.call(document, 'span');
  const sheet = new CSSStyleSheet();
  element.hidden = true;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  Object.defineProperty(element, 'textContent', { set: (text: string) => sheet.replaceSync(text) });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    Element.prototype.remove.call(element);
  };
  return element;
}
