/** What must never be read anywhere outside a person's own documents and objects. */
export const canaries = {
  value: '4321.98765',
  token: 'canary-token.of.a-person',
  name: 'Canary Kim’s Watch',
  email: 'canary@example.org',
} as const;

/** Names the person in paths and messages, and nowhere else. */
export const uid = 'person-in-a-mine';
