"""A user of the subsystem by asyncssh: lines in, lines out.

Arguments: HOST PORT FINGERPRINT USER, then "password" PASSWORD or "key" FILE. If the environment
has SSH_EXCHANGE, keys are exchanged by that algorithm alone.
"""

import asyncio
import os
import sys
import threading

import asyncssh

host, port, fingerprint, user, proof, secret = sys.argv[1:]


class Client(asyncssh.SSHClient):
    def validate_host_public_key(self, host, addr, port, key):
        return key.get_fingerprint() == fingerprint


def speak(loop, writer):
    for line in sys.stdin.buffer:
        loop.call_soon_threadsafe(writer.write, line)


async def chat():
    proofs = {"client_keys": [secret]} if proof == "key" else {"password": secret}
    if proof != "key":
        proofs["client_keys"] = None
    if exchange := os.environ.get("SSH_EXCHANGE"):
        proofs["kex_algs"] = [exchange]
    connection = await asyncssh.connect(
        host,
        int(port),
        username=user,
        client_factory=Client,
        known_hosts=([], [], []),
        config=None,
        agent_path=None,
        **proofs,
    )
    writer, reader, _ = await connection.open_session(
        subsystem="smolchat", encoding=None
    )
    loop = asyncio.get_running_loop()
    threading.Thread(target=speak, args=(loop, writer), daemon=True).start()
    while piece := await reader.read(4096):
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()


try:
    asyncio.run(chat())
except asyncssh.PermissionDenied:
    sys.exit("Permission denied")
except (OSError, asyncssh.Error):
    pass
print("closed by remote host", flush=True)
# The thread that reads may still wait for a line.
os._exit(0)
