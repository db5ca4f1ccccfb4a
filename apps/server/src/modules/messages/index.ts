export { MessagesRepository } from './messages.repository.ts';
export { messagesRouter } from './messages.router.ts';
export { MessagesService } from './messages.service.ts';
