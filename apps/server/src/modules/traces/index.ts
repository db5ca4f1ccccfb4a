export { OtlpExport } from './otlp-export.ts';
export { RunSearchRepository } from './run-search.repository.ts';
export { SpanRecorder } from './span-recorder.ts';
export { SpansRepository } from './spans.repository.ts';
export { tracesRouter } from './traces.router.ts';
export { TracesService } from './traces.service.ts';
