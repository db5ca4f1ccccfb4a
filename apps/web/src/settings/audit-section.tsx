import { AuditRecord } from './audit-record.tsx';

export function AuditSection() {
  return <AuditRecord scope="organisation" />;
}
