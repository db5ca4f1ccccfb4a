import { AppError } from '@atelier/kernel/app-error';
import type { Request } from 'express';
import type { HttpRoute } from '../../platform/http/http-route.ts';
import { reportPath } from '../../platform/http/security-headers.ts';
import type { PolicyReports } from './policy-reports.ts';

/** A report has some hundred bytes, and holds a policy and two addresses. */
const maxBytes = 64 * 1024;

/** Where browsers report what a policy refused. Nobody is answered anything but that it was read. */
export function policyReportsRoutes(reports: PolicyReports): readonly HttpRoute[] {
  return [
    {
      method: 'post',
      path: reportPath,
      access: 'public',
      limit: 'reports',
      async handle({ request, response }) {
        if (!reports.accept(parse(await read(request)))) throw new AppError('request.invalid');
        response.status(204).end();
      },
    },
  ];
}

/** The body, and never more of it than the limit. */
async function read(request: Request): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new AppError('request.too_large');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // A request without a decoder gives buffers; its type says anything.
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new AppError('request.invalid', { cause });
  }
  if (size > maxBytes) throw new AppError('request.too_large');
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('request.invalid', { cause });
  }
}
