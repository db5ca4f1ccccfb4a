import type { ModelFeatures, ProviderKind } from './models.ts';

const mebibyte = 1024 * 1024;

/**
 * The largest picture that services of a kind take, in bytes. What is larger lies in the workspace all the same, and the
 * model is told of it. https://docs.anthropic.com/en/docs/build-with-claude/vision
 * https://platform.openai.com/docs/guides/images-vision https://ai.google.dev/gemini-api/docs/image-understanding
 */
export const largestPicture: Readonly<Record<ProviderKind, number>> = {
  openai: 20 * mebibyte,
  // A third is added on the way: it takes 5 MB of text.
  anthropic: 3.75 * mebibyte,
  // All that goes with one request: 20 MB of text.
  google: 14 * mebibyte,
  openai_compatible: 20 * mebibyte,
};

/** Of all pictures of a conversation, the newest go with a request, up to so many bytes together. */
export const picturesTogether = 14 * mebibyte;

/** What a model of a service can be shown; null: no picture at all. */
export function largestPictureOf(kind: ProviderKind, { images }: ModelFeatures): number | null {
  return images ? Math.min(largestPicture[kind], picturesTogether) : null;
}

/** What models are shown as pictures. Everything else is a file. */
export const pictureTypes: readonly string[] = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
