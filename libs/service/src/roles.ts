/**
 * What each role is for. A route names the roles that may call it (`@Permit`); whether a person may act on this very thing
 * (team, tier, environment, who wrote it) is decided by the domain.
 */
export const roles = {
  developer: 'asks for deployments and follows them; starts none in production',
  release_manager: 'plans releases, trains, windows and freezes; moves and cancels deployments',
  deployment_operator: 'starts, pauses, resumes and rolls back approved deployments',
  approver: 'votes on changes of others',
  cab_chair: 'convenes the change advisory board and closes its meetings',
  cab_member: 'votes in the change advisory board',
  service_owner: 'keeps the catalogue entry, tier and dependencies of a service',
  risk_owner: 'keeps the risk model and accepts residual risk',
  security_officer: 'keeps policies, exceptions and holds',
  oncall: 'declares incidents and triggers rollbacks',
  auditor:
    'reads everything, refused commands included; raises findings and access reviews, changes nothing else',
  analyst: 'reads metrics and exports them',
  platform_admin: 'issues API keys, redrives what is parked, runs the platform; approves nothing',
  publisher: 'states facts of its registered feeds',
  executor: 'reports the progress of deployments it was given',
} as const;

export type Role = keyof typeof roles;

export const roleNames = Object.keys(roles) as Role[];

/** Everyone: for routes that need a caller and nothing more. */
export const anyRole: readonly Role[] = roleNames;

/**
 * What a machine may be. Not the roles that decide or ask for a deployment: a person who acts through a machine would
 * count as somebody else there, and approve what they asked for themselves.
 */
export const serviceRoles = [
  'publisher',
  'executor',
  'analyst',
  'auditor',
] as const satisfies readonly Role[];

export const isRole = (name: unknown): name is Role => typeof name === 'string' && Object.hasOwn(roles, name);

export const isServiceRole = (name: unknown): name is Role =>
  (serviceRoles as readonly unknown[]).includes(name);
