import { uploadId } from '@atelier/contracts/ids';
import type { FilePart } from '@atelier/contracts/parts';
import { picturesTogether } from '@atelier/contracts/picture-limits';
import { expect, test } from 'vitest';
import { asks, filePart, message } from '../test/samples.ts';
import { readPictures } from './pictures.ts';
import { buildPrompt } from './prompt.ts';

const attachments = {
  picture: async ({ name, mediaType }: FilePart) =>
    name === 'gone.png' ? null : { name, mediaType, data: Buffer.from(name).toString('base64') },
};
const file = (n: number, name: string, over: Partial<FilePart> = {}) =>
  filePart({
    uploadId: uploadId.parse(`00000000-0000-7000-8000-00000000000${n}`),
    name,
    path: `attachments/${name}`,
    mediaType: 'image/png',
    text: null,
    ...over,
  });

test('pictures of people go with the words they came with; other files, and those that are gone, do not', async () => {
  const conversation = [
    message(
      'user',
      { type: 'text', text: 'Look.' },
      file(1, 'a.png'),
      file(2, 'b.pdf', { mediaType: 'application/pdf' }),
    ),
    message('agent', file(3, 'made.png')),
    message('user', { type: 'text', text: 'And this?' }, file(4, 'gone.png')),
  ];

  const pictures = await readPictures(conversation, attachments);

  const [first, ...others] = buildPrompt(conversation, [], pictures);
  expect(first).toMatchObject({ role: 'user', images: [{ name: 'a.png', mediaType: 'image/png' }] });
  expect(first).toMatchObject({ text: expect.stringContaining('b.pdf (') });
  expect(others.some((turn) => 'images' in turn)).toBe(false);
});

test('when there are more than fit, the newest go', async () => {
  const size = Math.floor(picturesTogether / 2);
  const conversation = [
    message('user', file(1, 'old.png', { size })),
    message('user', file(2, 'huge.png', { size: picturesTogether + 1 })),
    message('user', file(3, 'new.png', { size }), file(4, 'newest.png', { size })),
    asks('And?'),
  ];

  const pictures = await readPictures(conversation, attachments);

  expect([...pictures.values()].map(({ name }) => name)).toEqual(['newest.png', 'new.png']);
});
