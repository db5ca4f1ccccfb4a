import { pipeline } from 'node:stream/promises';
import { sessionId } from '@atelier/contracts/ids';
import { AppError } from '@atelier/kernel/app-error';
import * as z from 'zod';
import type { HttpRoute } from '../../platform/http/http-route.ts';
import type { WorkspacesService } from './workspaces.service.ts';

const uploadQuery = z.object({
  name: z.string().min(1).max(1024),
  purpose: z.enum(['attachment', 'file']).default('file'),
  directory: z.string().max(1024).default(''),
});
const downloadQuery = z.object({ path: z.string().min(1).max(1024) });
const mediaType = /^[\w.+-]+\/[\w.+-]+$/;

/** Uploads and downloads: bytes that should not travel as JSON. Both take the access token in `Authorization`. */
export function filesRoutes(workspaces: WorkspacesService): readonly HttpRoute[] {
  return [
    {
      method: 'post',
      path: '/api/sessions/:sessionId/files',
      access: 'member',
      permission: 'file.write',
      async handle({ request, response, op, principal, params }) {
        const query = parse(uploadQuery, request.query);
        const declared = request.headers['content-length'];
        const type = request.headers['content-type']?.split(';', 1)[0] ?? '';
        const upload = await workspaces.upload(op, principal, {
          sessionId: parseSessionId(params.sessionId),
          name: query.name,
          directory: query.directory,
          purpose: query.purpose,
          mediaType: mediaType.test(type) && type.length <= 100 ? type : 'application/octet-stream',
          declaredBytes: declared === undefined ? null : Number(declared),
          body: request,
        });
        response.status(201).json(upload);
      },
    },
    {
      method: 'get',
      path: '/api/sessions/:sessionId/files',
      access: 'member',
      permission: 'file.read',
      async handle({ request, response, op, principal, params }) {
        const { path } = parse(downloadQuery, request.query);
        const file = await workspaces.download(op, principal, { sessionId: parseSessionId(params.sessionId), path });
        // A file of the workspace is never a page of ours: it is saved, not shown, whatever it says it is.
        response.status(200).set({
          'Content-Type': 'application/octet-stream',
          'Content-Length': String(file.size),
          'Content-Disposition': attachment(file.name),
          'Content-Security-Policy': "sandbox; default-src 'none'",
        });
        if (file.size === 0) {
          file.stream.destroy();
          response.end();
          return;
        }
        await pipeline(file.stream, response);
      },
    },
  ];
}

/** RFC 6266: the name in ASCII for whoever reads no other, and the whole name. */
function attachment(name: string): string {
  const ascii = name.replace(/[^ \w.()+,@=~-]/g, '_');
  const whole = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${whole}`;
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new AppError('request.invalid', { cause: result.error });
  return result.data;
}

/** An id that is none is like one that does not exist. */
function parseSessionId(value: unknown): string {
  const result = sessionId.safeParse(value);
  if (!result.success) throw new AppError('session.not_found');
  return result.data;
}
