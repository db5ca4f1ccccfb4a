export { AccessTokens, refused } from './access-tokens.ts';
export { authRouter } from './auth.router.ts';
export { AuthService } from './auth.service.ts';
export { ExpiredSignIns } from './expired-sign-ins.ts';
export { PasswordHasher } from './password-hasher.ts';
export { Policy } from './policy.ts';
export { SignInsRepository } from './sign-ins.repository.ts';
export { SignInsService } from './sign-ins.service.ts';
export { UsersRepository } from './users.repository.ts';
