/** The work is to go on in another run. */
export class HandOver extends Error {}
