import { AuditRecord } from './audit-record.tsx';

export function InstallationAuditSection() {
  return <AuditRecord scope="installation" />;
}
