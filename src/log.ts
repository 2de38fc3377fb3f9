/** Messages for people, by level, one line each. Nobody hands settings with secrets to it: it prints what it is given. */

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Log = Readonly<{ [L in LogLevel]: (message: string) => void }>;

/** A log that passes on what is at least as grave as `level`. A message of several lines is marked on each. */
export function createLog(level: LogLevel, write: (line: string) => void): Log {
  const grave = LOG_LEVELS.indexOf(level);
  const at = (own: LogLevel) => (message: string) => {
    if (LOG_LEVELS.indexOf(own) > grave) return;
    // Plain messages need no mark; a mistake should be found by eye and by grep.
    const mark = own === 'info' ? '' : `${own === 'warn' ? 'warning' : own}: `;
    for (const line of message.split('\n')) write(mark + line);
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}
