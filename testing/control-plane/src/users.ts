/**
 * Who may speak to the control plane. `admin` may do everything; the other test users may do nothing until a test binds roles
 * to them. The programs have users of their own, so that the audit log tells them apart.
 */
import { randomBytes } from 'node:crypto';

export const TEST_USERS = ['admin', 'operator-a', 'operator-b', 'outsider'] as const;
export type TestUser = (typeof TEST_USERS)[number];

export const PROGRAM_USERS = ['system:kube-controller-manager', 'system:kube-scheduler', 'kwok'] as const;
type ProgramUser = (typeof PROGRAM_USERS)[number];

export type User = TestUser | ProgramUser;

/** The bootstrap RBAC roles of Kubernetes know the controller manager and the scheduler by name; KWOK has no such role. */
const GROUPS: Partial<Record<User, string>> = { admin: 'system:masters', kwok: 'system:masters' };

export type Tokens = ReadonlyMap<User, string>;

export const mintTokens = (): Tokens =>
  new Map([...TEST_USERS, ...PROGRAM_USERS].map((user) => [user, randomBytes(24).toString('base64url')]));

export const tokenOf = (tokens: Tokens, user: User): string => {
  const token = tokens.get(user);
  if (token === undefined) throw new Error(`no token was minted for user ${user}`);
  return token;
};

/** The API server's `--token-auth-file`: CSV of token, user, uid, groups. */
export const tokenFile = (tokens: Tokens): string =>
  [...tokens].map(([user, token]) => `${token},${user},${user},"${GROUPS[user] ?? ''}"\n`).join('');
