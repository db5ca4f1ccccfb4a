export { ProviderBreakers } from './provider-breakers.ts';
