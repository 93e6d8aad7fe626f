"""A user of the subsystem by paramiko: lines in, lines out.

Arguments: HOST PORT FINGERPRINT USER, then "password" PASSWORD or "key" FILE.
"""

import os
import socket
import sys
import threading

import paramiko

host, port, fingerprint, user, proof, secret = sys.argv[1:]

stream = socket.create_connection((host, int(port)), timeout=30)
stream.settimeout(None)
transport = paramiko.Transport(stream)
transport.start_client(timeout=30)
if transport.get_remote_server_key().fingerprint != fingerprint:
    sys.exit("another server")
try:
    if proof == "key":
        transport.auth_publickey(user, paramiko.Ed25519Key.from_private_key_file(secret))
    else:
        transport.auth_password(user, secret, fallback=False)
except paramiko.AuthenticationException:
    sys.exit("Permission denied")
channel = transport.open_session()
channel.invoke_subsystem("smolchat")


def speak():
    for line in sys.stdin.buffer:
        channel.sendall(line)


threading.Thread(target=speak, daemon=True).start()
while piece := channel.recv(4096):
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
print("closed by remote host", flush=True)
# The thread that reads may still wait for a line.
os._exit(0)
