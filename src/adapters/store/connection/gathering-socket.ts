/** A socket that sends the statements of one turn of the event loop together, so that the server is woken once for them. */
import { Socket } from 'node:net';

/** For a client of pg, which corks its stream around each statement that has a name. */
export function createGatheringSocket(): Socket {
  const socket = new Socket();
  const cork = socket.cork.bind(socket);
  let isHeld = false;
  socket.cork = () => {
    cork();
    if (isHeld) return;
    isHeld = true;
    cork();
    process.nextTick(() => {
      isHeld = false;
      socket.uncork();
    });
  };
  return socket;
}
