// Chooses the ports of one run, so that several runs can live beside each other.
import net from 'node:net';

export interface Emulator {
  host: string;
  port: number;
  websocketPort?: number;
}

/** `default`: the ports in firebase.json where they are free. `free`: always ports chosen by the kernel. */
export type PortChoice = 'default' | 'free';

function listen(port: number, host: string): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      resolve(server);
    });
  });
}

function close(server: net.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

async function isFree(port: number, host: string): Promise<boolean> {
  try {
    await close(await listen(port, host));
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes the chosen ports into `emulators` (the section of firebase.json; entries without a port are left alone) and
 * returns a sentence for each default that was taken.
 */
export async function choosePorts(emulators: Record<string, unknown>, choice: PortChoice): Promise<string[]> {
  const moved: string[] = [];
  const held: net.Server[] = []; // held open until all are chosen, so that no port is handed out twice
  for (const [name, emulator] of Object.entries(emulators)) {
    if (!isEmulator(emulator)) continue;
    for (const key of ['port', 'websocketPort'] as const) {
      const wanted = emulator[key];
      if (wanted === undefined) continue;
      if (choice === 'default' && (await isFree(wanted, emulator.host))) continue;
      const server = await listen(0, emulator.host);
      held.push(server);
      emulator[key] = (server.address() as net.AddressInfo).port;
      if (choice === 'default') moved.push(`${name}: ${key} ${wanted} is taken, using ${emulator[key]}`);
    }
  }
  await Promise.all(held.map(close));
  return moved;
}

function isEmulator(value: unknown): value is Emulator {
  return typeof value === 'object' && value !== null && 'port' in value && 'host' in value;
}
