import { createTrpc } from './platform/trpc/create-trpc.ts';
import type { Services } from './services.ts';

/** The procedures every router is built from, by who may call them. */
export const { router, publicProcedure, authLimited, memberProcedure } = createTrpc<Services>();
