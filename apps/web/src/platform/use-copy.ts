import { useState } from 'react';

/** Copies to the clipboard and says so for a moment. */
export function useCopy() {
  const [isCopied, setCopied] = useState(false);
  async function copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }
  return { isCopied, copy };
}
