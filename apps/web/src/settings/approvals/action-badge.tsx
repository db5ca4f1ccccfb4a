import type { ApprovalAction } from '@atelier/contracts/approvals';
import { Badge, type Tone } from '@atelier/ui/badge';
import { useTranslation } from 'react-i18next';

const tones: Readonly<Record<ApprovalAction, Tone>> = { allow: 'good', ask: 'warn', deny: 'bad' };

/** What a rule does, in one word. */
export function ActionBadge({ action }: { readonly action: ApprovalAction }) {
  const { t } = useTranslation('approvals');
  return <Badge tone={tones[action]}>{t(`action.${action}`)}</Badge>;
}
