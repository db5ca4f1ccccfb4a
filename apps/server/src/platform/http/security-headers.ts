import helmet from 'helmet';

/** Where browsers report what a policy refused. */
export const reportPath = '/api/csp-reports';

/** Powers of a page that ours has no use for; with `self` those it uses. Only what Chromium knows: it complains of others. */
const features: Readonly<Record<string, '' | 'self'>> = {
  accelerometer: '',
  autoplay: '',
  camera: '',
  'clipboard-read': '',
  'clipboard-write': 'self',
  'display-capture': '',
  'encrypted-media': '',
  fullscreen: '',
  gamepad: '',
  geolocation: '',
  gyroscope: '',
  hid: '',
  'identity-credentials-get': '',
  'idle-detection': '',
  'local-fonts': '',
  magnetometer: '',
  microphone: '',
  midi: '',
  'otp-credentials': '',
  payment: '',
  'picture-in-picture': '',
  'publickey-credentials-create': 'self',
  'publickey-credentials-get': 'self',
  'screen-wake-lock': '',
  serial: '',
  'storage-access': '',
  usb: '',
  'window-management': '',
  'xr-spatial-tracking': '',
};

/** What every answer tells the browser to refuse. What is no page may load, run and hold nothing at all. */
export function securityHeaders(opts: { readonly isSecure: boolean }) {
  const shield = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    strictTransportSecurity: opts.isSecure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: 'deny' },
  });
  const permissions = Object.entries(features)
    .map(([feature, allowed]) => `${feature}=(${allowed})`)
    .join(', ');
  return (...[request, response, next]: Parameters<typeof shield>) => {
    response.setHeader('Permissions-Policy', permissions);
    shield(request, response, next);
  };
}

/**
 * What the web app may do: run the scripts that carry this answer's nonce and what they load, and talk to its own host,
 * by WebSocket too (`'self'` covers both since CSP 3). No image, style or connection from anywhere else.
 */
export function pagePolicy(nonce: string): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    // Chromium reports by `report-to` over HTTPS only, and then not by this one any more: this one works everywhere.
    `report-uri ${reportPath}`,
  ];
  return policy.join(';');
}
