export { filesRouter } from './files.router.ts';
export { filesRoutes } from './files.routes.ts';
export { SessionWorkspace } from './session-workspace.ts';
export { UploadsRepository } from './uploads.repository.ts';
export { WorkspaceFiles } from './workspace-files.ts';
export { WorkspacesService } from './workspaces.service.ts';
