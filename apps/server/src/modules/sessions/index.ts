export { toSessionDto } from './session-dto.ts';
export { type AnsweringModel, SessionsRepository, type TouchedSession } from './sessions.repository.ts';
export { sessionsRouter } from './sessions.router.ts';
export { SessionsService } from './sessions.service.ts';
export { toRunDto, usageOf } from './transcript-dto.ts';
export { type RunRow, runColumns, TranscriptsRepository } from './transcripts.repository.ts';
export { TranscriptsService } from './transcripts.service.ts';
