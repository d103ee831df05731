import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A door on loopback that stays at one place while the server behind it goes, comes back elsewhere, or falls silent. */
export interface Gate {
  readonly port: number;
  /** Leads new connections to this port. */
  lead(port: number): void;
  /** Stops passing anything on, without closing; or goes on. */
  hold(held: boolean): void;
  close(): Promise<void>;
}

export async function tcpGate(port: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let target = port;
  let held = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    if (held) socket.pause();
  };
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => near.write(chunk));
    keep(near);
    keep(far);
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  return {
    port: (server.address() as AddressInfo).port,
    lead: (to) => void (target = to),
    hold(now) {
      held = now;
      for (const socket of sockets)
        if (now) socket.pause();
        else socket.resume();
    },
    close: () =>
      new Promise((settle) => {
        server.close(() => settle());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
