// Who may do what, read from infra/*.tf and, for who may call whom, from the functions: the table of infra/README.md.
import { accountOf, calledByGoogle, invoker } from './accounts.ts';
import { keysOf, nested, textOf, type Block, type Terraform } from './read-terraform.ts';

export interface Grant {
  /** `upload-recording`, or the expression of any other member. */
  member: string;
  /** The role's own name: `clarityNarrator` or `roles/run.invoker`. */
  role: string;
  /** What it is granted on: `project`, `bucket recordings`, `topic dead-letters`, ... */
  on: string;
  block: Block;
}

const isGrant = ({ type }: Block): boolean => /_iam_(member|binding|policy)$/.test(type);

/** Every grant of the configuration, one for each member. */
export function grantsOf(terraform: Terraform): Grant[] {
  return terraform.resources.filter(isGrant).flatMap((block) => {
    const role = roleName(terraform, textOf(block.body['role']));
    const expression = textOf(block.body['member'] ?? block.body['members']);
    const each = keysOf(block, terraform.locals);
    const members = /google_service_account\.function\[each\.key\]/.test(expression) ? each : [expression];
    return members.map((member) => ({ member, role, on: placeOf(terraform, block), block }));
  });
}

/** `${google_project_iam_custom_role.narrator.id}` -> `clarityNarrator`. */
function roleName({ resources }: Terraform, role: string): string {
  const custom = /google_project_iam_custom_role\.(\w+)\./.exec(role)?.[1];
  if (!custom) return role;
  const found = resources.find(
    ({ type, name }) => type === 'google_project_iam_custom_role' && name === custom,
  );
  return textOf(found?.body['role_id'] ?? role);
}

function placeOf({ resources }: Terraform, { type, body }: Block): string {
  const kind = type.replace(/^google_|_iam_(member|binding|policy)$/g, '');
  if (kind === 'project') return 'project';
  if (kind === 'storage_bucket') {
    const prefix = /\/(recordings|exports)\//.exec(textOf(nested(body, 'condition')[0]?.['expression']))?.[1];
    return prefix ? `${prefix}/` : 'bucket';
  }
  const target = textOf(body['topic'] ?? body['secret_id']);
  const [, targetType, targetName] = /(google_\w+)\.(\w+)\./.exec(target) ?? [];
  const found = resources.find((block) => block.type === targetType && block.name === targetName);
  if (found) return textOf(found.body['name'] ?? found.body['secret_id']);
  return kind;
}

/** The functions' accounts with all that is granted to them, sorted. */
export function rolesOfFunctions(terraform: Terraform): Map<string, string[]> {
  const accounts = Object.keys((terraform.locals['functions'] ?? {}) as object).sort();
  const grants = grantsOf(terraform);
  const called = calledByGoogle.map(accountOf);
  return new Map(
    accounts.map((account) => {
      const own = grants.filter(({ member }) => member === account);
      const roles = own.map(({ role, on }) => (on === 'project' ? role : `${role} on ${on}`));
      return [account, [...roles, ...(called.includes(account) ? [`${invoker} on itself`] : [])].sort()];
    }),
  );
}

/** What the README says between its marks: what all accounts have, what each has besides, what our own roles are. */
export function roleTables(terraform: Terraform): string {
  const accounts = rolesOfFunctions(terraform);
  const common = [...accounts.values()].reduce((all, roles) => all.filter((role) => roles.includes(role)));
  const each = [...accounts].map(([account, roles]) =>
    row([code(account), spoken(roles.filter((role) => !common.includes(role)))]),
  );
  const own = terraform.resources
    .filter(
      ({ type, body }) => type === 'google_project_iam_custom_role' && Array.isArray(body['permissions']),
    )
    .map(
      ({ body }) =>
        [textOf(body['role_id']), textOf(body['title']), body['permissions'] as string[]] as const,
    )
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([id, title, permissions]) =>
      row([code(id), title.replace(/^Clarity Loop: /, ''), permissions.map(code).join(', ')]),
    );
  return [
    `All of them: ${spoken(common)}.`,
    '',
    row(['account', 'besides']),
    row(['---', '---']),
    ...each,
    '',
    row(['role of our own', 'what for', 'permissions']),
    row(['---', '---', '---']),
    ...own,
  ].join('\n');
}

const code = (text: string): string => `\`${text}\``;
const row = (cells: string[]): string => `| ${cells.join(' | ')} |`;
const spoken = (roles: string[]): string =>
  roles.map((role) => role.split(' on ').map(code).join(' on ')).join(', ');
