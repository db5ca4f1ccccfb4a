import type { ITheme } from '@xterm/xterm';

/** The page's tokens as a terminal's colours. What programs write is kept readable by `minimumContrastRatio`. */
export function terminalTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const accent = token('accent');
  // Two colours that programs use and our tokens have none for: the accent in another hue.
  const lightness = accent.split(' ', 1)[0] ?? '';
  const turned = (hue: number) => `${lightness} 0.13 ${hue})`;
  const [magenta, cyan] = [turned(325), turned(200)];
  const colours = { red: token('bad'), green: token('good'), yellow: token('warn'), blue: accent, magenta, cyan };
  return {
    background: token('bg'),
    foreground: token('text'),
    cursor: token('accent'),
    cursorAccent: token('on-accent'),
    selectionBackground: token('accent-wash'),
    selectionForeground: token('text'),
    scrollbarSliderBackground: token('line'),
    scrollbarSliderHoverBackground: token('line-strong'),
    scrollbarSliderActiveBackground: token('line-strong'),
    black: token('text-faint'),
    white: token('text-soft'),
    ...colours,
    brightBlack: token('text-faint'),
    brightRed: colours.red,
    brightGreen: colours.green,
    brightYellow: colours.yellow,
    brightBlue: token('accent-hover'),
    brightMagenta: magenta,
    brightCyan: cyan,
    brightWhite: token('text'),
  };
}

/** Calls `onChange` when another theme is shown. Returns how to stop. */
export function watchTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
