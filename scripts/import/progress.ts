/** What a long step tells while it runs. */
export interface Progress {
  update: (done: number) => void;
  /** A line that stays, above the bar. */
  say: (line: string) => void;
  end: () => void;
}

export interface ProgressOptions {
  label: string;
  total: number;
  /** How an amount is written. */
  text: (amount: number) => string;
  output: { isTTY?: boolean; write(text: string): unknown };
  /** ms, of any steady clock */
  now?: () => number;
}

const barCharacters = 24;
const redrawMs = 100;
/** Without a terminal, a line at each tenth of the way. */
const steps = 10;

/** A bar with rate and remaining time on a terminal; plain lines otherwise. */
export function progress({
  label,
  total,
  text,
  output,
  now = () => performance.now(),
}: ProgressOptions): Progress {
  const started = now();
  let drawn = -Infinity;
  let step = 0;
  let last = '';

  const timesOf = (done: number): string => {
    const seconds = (now() - started) / 1000;
    if (done <= 0 || seconds <= 0) return '';
    const left = ((total - done) * seconds) / done;
    return `, ${text(done / seconds)}/s${done < total ? `, ${clockText(left)} left` : ` in ${clockText(seconds)}`}`;
  };
  const line = (done: number): string => {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    return `${label} ${(100 * share).toFixed(0).padStart(3)} %  ${text(done)} of ${text(total)}${timesOf(done)}`;
  };
  const draw = (done: number): void => {
    const filled = Math.round(barCharacters * (total === 0 ? 1 : Math.min(1, done / total)));
    last = `[${'='.repeat(filled)}${' '.repeat(barCharacters - filled)}] ${line(done)}`;
    output.write(`\r\x1b[K${last}`);
    drawn = now();
  };

  return {
    update(done) {
      if (output.isTTY) {
        if (done >= total || now() - drawn >= redrawMs) draw(done);
        return;
      }
      const reached = total === 0 ? steps : Math.floor((steps * done) / total);
      if (reached > step) output.write(`${line(done)}\n`);
      step = Math.max(step, reached);
    },
    say(said) {
      output.write(output.isTTY ? `\r\x1b[K${said}\n${last}` : `${said}\n`);
    },
    end() {
      if (output.isTTY && last !== '') output.write('\n');
    },
  };
}

function clockText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  return `${minutes}:${String(whole % 60).padStart(2, '0')}`;
}

/** `12.3 MB` */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} kB`;
}
