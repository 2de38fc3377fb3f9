/** The client id of whoever reads a run back: the sandbox keeps for it what it has not fetched yet. */
export const READER = 'eventmill-verify';
