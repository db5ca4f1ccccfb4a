import { ShortcutList } from '../shell/shortcut-list.tsx';

export function KeyboardSection() {
  return <ShortcutList />;
}
