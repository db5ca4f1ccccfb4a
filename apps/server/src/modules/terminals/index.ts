export { OpenTerminals } from './open-terminals.ts';
export { TerminalRightsRepository } from './terminal-rights.repository.ts';
export { terminalsRouter } from './terminals.router.ts';
export { TerminalsService } from './terminals.service.ts';
