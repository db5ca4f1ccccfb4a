const systems = [
  [/android/i, 'Android'],
  [/iphone/i, 'iPhone'],
  [/ipad/i, 'iPad'],
  [/windows/i, 'Windows'],
  [/mac/i, 'macOS'],
  [/cros/i, 'ChromeOS'],
  [/linux/i, 'Linux'],
] as const;
const browsers = [
  [/edg/i, 'Edge'],
  [/firefox|fxios/i, 'Firefox'],
  [/chrom|crios/i, 'Chrome'],
  [/safari/i, 'Safari'],
] as const;

/** What a new passkey is called until somebody gives it a name: "Firefox · Linux". */
export function deviceName(agent: string = navigator.userAgent): string {
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
  const browser = browsers.find(([pattern]) => pattern.test(agent))?.[1];
  return [browser, system].filter((part) => part !== undefined).join(' · ') || 'Passkey';
}
