import type { FilePart, Part } from '@atelier/contracts/parts';
import { picturesTogether, pictureTypes } from '@atelier/contracts/picture-limits';
import type { Attachments, PromptImage } from './ports.ts';
import type { Turn } from './summarised.ts';

/** The pictures that go with the conversation, by the upload that brought each. */
export type Pictures = ReadonlyMap<string, PromptImage>;

/** Reads the newest pictures of a conversation, up to what goes with one request. */
export async function readPictures(conversation: readonly Turn[], attachments: Attachments): Promise<Pictures> {
  const files = conversation
    .flatMap(({ role, parts }) => (role === 'user' ? parts.filter(isFile) : parts.flatMap(filesSaid)))
    .filter(isPicture)
    .toReversed();
  const pictures = new Map<string, PromptImage>();
  let room = picturesTogether;
  for (const file of files) {
    if (file.size > room || pictures.has(file.uploadId)) continue;
    const picture = await attachments.picture(file);
    if (!picture) continue;
    pictures.set(file.uploadId, picture);
    room -= file.size;
  }
  return pictures;
}

/** Whether what people said in between, in these parts of an answer, brought a picture. */
export function bringPictures(parts: readonly Part[]): boolean {
  return parts.flatMap(filesSaid).some(isPicture);
}

function filesSaid(part: Part): readonly FilePart[] {
  return part.type === 'steer' ? part.content.filter(isFile) : [];
}

function isFile(part: Part): part is FilePart {
  return part.type === 'file';
}

function isPicture({ mediaType }: FilePart): boolean {
  return pictureTypes.includes(mediaType);
}
