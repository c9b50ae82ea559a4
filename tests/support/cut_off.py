"""A server that hangs up half-way: a real one, behind a way that ends after so many bytes of its answers."""

import socket
import threading


class CutOff:
    """`with CutOff(port, bytes) as another_port:`; when the bytes are used up, every connection ends at once."""

    def __init__(self, port, after):
        self.port, self.left = port, after

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()
        return self.listener.getsockname()[1]

    def __exit__(self, *_):
        self.listener.close()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.relay, args=(client,), daemon=True).start()

    def relay(self, client):
        with client, socket.create_connection(("127.0.0.1", self.port)) as server:
            threading.Thread(target=self.copy, args=(client, server), daemon=True).start()
            try:
                while self.left > 0 and (data := server.recv(min(self.left, 65536))):
                    self.left -= len(data)
                    client.sendall(data)
            except OSError:
                pass
            for end in (client, server):
                end.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
