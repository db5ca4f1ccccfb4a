import type { Permission } from '@atelier/contracts/permissions';
import { lazyRouteComponent } from '@tanstack/react-router';
import {
  BookOpenText,
  Bot,
  BotMessageSquare,
  Building2,
  ChartNoAxesGantt,
  Coins,
  Gauge,
  Info,
  Keyboard,
  KeyRound,
  ListOrdered,
  LockKeyhole,
  type LucideIcon,
  Mail,
  MonitorSmartphone,
  Palette,
  Plug,
  PlugZap,
  ScrollText,
  ShieldAlert,
  ShieldCheck,
  ShieldQuestion,
  SlidersHorizontal,
  UserRound,
  UserSearch,
  UsersRound,
  Wallet,
  Workflow,
  Wrench,
} from 'lucide-react';
import type { SettingsWords } from '../i18n/settings.en.ts';

export type SectionId = keyof SettingsWords['section'];

export interface SettingsSection {
  /** Its address behind `/settings/`, and its words under `section`. */
  readonly id: SectionId;
  readonly group: keyof SettingsWords['group'];
  readonly icon: LucideIcon;
  /** Shown to whoever holds it; null: to everybody. */
  readonly permission: Permission | null;
  readonly Page: ReturnType<typeof lazyRouteComponent>;
}

const page = lazyRouteComponent;

/** Every section, in the order of the list. The first is what `/settings` shows. */
// biome-ignore format: a table, one line a section
export const settingsSections: readonly SettingsSection[] = [
  { id: 'profile', group: 'account', icon: UserRound, permission: null, Page: page(() => import('./profile-section.tsx'), 'ProfileSection') },
  { id: 'security', group: 'account', icon: LockKeyhole, permission: null, Page: page(() => import('./security-section.tsx'), 'SecuritySection') },
  { id: 'devices', group: 'account', icon: MonitorSmartphone, permission: null, Page: page(() => import('./devices-section.tsx'), 'DevicesSection') },
  { id: 'api-keys', group: 'account', icon: KeyRound, permission: null, Page: page(() => import('./api-keys-section.tsx'), 'ApiKeysSection') },
  { id: 'appearance', group: 'account', icon: Palette, permission: null, Page: page(() => import('./appearance-section.tsx'), 'AppearanceSection') },
  { id: 'keyboard', group: 'account', icon: Keyboard, permission: null, Page: page(() => import('./keyboard-section.tsx'), 'KeyboardSection') },
  { id: 'agents', group: 'account', icon: BotMessageSquare, permission: null, Page: page(() => import('./agents/agents-section.tsx'), 'AgentsSection') },
  { id: 'pipelines', group: 'account', icon: Workflow, permission: null, Page: page(() => import('./pipelines/pipelines-section.tsx'), 'PipelinesSection') },
  { id: 'approvals', group: 'account', icon: ShieldQuestion, permission: null, Page: page(() => import('./approvals/approvals-section.tsx'), 'ApprovalsSection') },
  { id: 'mcp', group: 'account', icon: Plug, permission: 'mcp_server.use', Page: page(() => import('./mcp/mcp-section.tsx'), 'McpSection') },
  { id: 'limits', group: 'account', icon: Gauge, permission: null, Page: page(() => import('./limits-section.tsx'), 'LimitsSection') },
  { id: 'usage', group: 'account', icon: Wallet, permission: null, Page: page(() => import('./usage/usage-section.tsx'), 'UsageSection') },
  { id: 'about', group: 'account', icon: Info, permission: null, Page: page(() => import('./about-section.tsx'), 'AboutSection') },
  { id: 'organisation', group: 'organisation', icon: Building2, permission: null, Page: page(() => import('./organisation-section.tsx'), 'OrganisationSection') },
  { id: 'members', group: 'organisation', icon: UsersRound, permission: null, Page: page(() => import('./members-section.tsx'), 'MembersSection') },
  { id: 'invitations', group: 'organisation', icon: Mail, permission: 'invitation.read', Page: page(() => import('./invitations-section.tsx'), 'InvitationsSection') },
  { id: 'roles', group: 'organisation', icon: ShieldCheck, permission: null, Page: page(() => import('./roles-section.tsx'), 'RolesSection') },
  { id: 'chains', group: 'organisation', icon: ListOrdered, permission: 'chain.administer', Page: page(() => import('./models/chains-section.tsx'), 'ChainsSection') },
  { id: 'organisation-usage', group: 'organisation', icon: Coins, permission: 'usage.read', Page: page(() => import('./usage/organisation-usage-section.tsx'), 'OrganisationUsageSection') },
  { id: 'organisation-agents', group: 'organisation', icon: BotMessageSquare, permission: 'agent.administer', Page: page(() => import('./agents/organisation-agents-section.tsx'), 'OrganisationAgentsSection') },
  { id: 'organisation-pipelines', group: 'organisation', icon: Workflow, permission: 'agent.administer', Page: page(() => import('./pipelines/organisation-pipelines-section.tsx'), 'OrganisationPipelinesSection') },
  { id: 'organisation-approvals', group: 'organisation', icon: ShieldAlert, permission: 'approval_rule.administer', Page: page(() => import('./approvals/organisation-approvals-section.tsx'), 'OrganisationApprovalsSection') },
  { id: 'organisation-mcp', group: 'organisation', icon: PlugZap, permission: 'mcp_server.administer', Page: page(() => import('./mcp/organisation-mcp-section.tsx'), 'OrganisationMcpSection') },
  { id: 'audit', group: 'organisation', icon: ScrollText, permission: 'audit.read', Page: page(() => import('./audit-section.tsx'), 'AuditSection') },
  { id: 'runs', group: 'organisation', icon: ChartNoAxesGantt, permission: 'trace.search', Page: page(() => import('./runs-section.tsx'), 'RunsSection') },
  { id: 'installation', group: 'installation', icon: SlidersHorizontal, permission: 'installation.read', Page: page(() => import('./installation-section.tsx'), 'InstallationSection') },
  { id: 'models', group: 'installation', icon: Bot, permission: 'model.administer', Page: page(() => import('./models/models-section.tsx'), 'ModelsSection') },
  { id: 'agent-tools', group: 'installation', icon: Wrench, permission: 'installation.read', Page: page(() => import('./agent-tools/agent-tools-section.tsx'), 'AgentToolsSection') },
  { id: 'people', group: 'installation', icon: UserSearch, permission: 'installation.read', Page: page(() => import('./people-section.tsx'), 'PeopleSection') },
  { id: 'installation-audit', group: 'installation', icon: BookOpenText, permission: 'installation.read', Page: page(() => import('./installation-audit-section.tsx'), 'InstallationAuditSection') },
];
