const name = 'terminal-sheet';

/**
 * What xterm is given where it asks for a style element (see `terminalStyles` in vite.config.ts): the content security
 * policy of our pages refuses those that a script makes. Its text is a sheet of the page for as long as it is in the page.
 */
export function defineTerminalSheet(): void {
  if (!customElements.get(name)) customElements.define(name, TerminalSheet);
}

class TerminalSheet extends HTMLElement {
  readonly #sheet = new CSSStyleSheet();

  override set textContent(text: string) {
    this.#sheet.replaceSync(text);
  }

  override get textContent(): string {
    return '';
  }

  connectedCallback(): void {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
  }

  disconnectedCallback(): void {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
  }
}
