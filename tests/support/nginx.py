"""A real nginx on free loopback ports, and the certificates for it: `with Nginx(config) as front: ...`."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time


class Nginx:
    """Runs the given server blocks with every path in a private folder; stopped by its pid at the end of the block."""

    def __init__(self, servers):
        self.servers = servers

    def __enter__(self):
        self._scratch = tempfile.mkdtemp(prefix="logbook-nginx-")
        os.chmod(self._scratch, 0o711)
        self.folder = pathlib.Path(self._scratch)
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};\n"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        # One process in the foreground: as root, too, its workers must be able to write into the folder.
        user = "user root;\n" if os.geteuid() == 0 else ""
        self.config = self.folder / "nginx.conf"
        self.config.write_text(f"{user}daemon off;\nworker_processes 1;\npid {self.folder}/nginx.pid;\n"
                               f"error_log {self.folder}/error.log info;\nevents {{ worker_connections 2048; }}\n"
                               f"http {{\naccess_log {self.folder}/access.log;\n{temporary}{self.servers}\n}}\n")
        binary = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
        self.process = subprocess.Popen([binary, "-p", self._scratch, "-e", self.folder / "error.log",
                                         "-c", self.config], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        ports = [int(line.split()[1].split(":")[1].rstrip(";")) for line in self.servers.splitlines()
                 if line.strip().startswith("listen ")]
        end = time.monotonic() + 20
        for port in ports:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if self.process.poll() is not None or time.monotonic() > end:
                        words = self.process.communicate(timeout=5)[1] if self.process.poll() is not None else "hangs"
                        self.__exit__()
                        raise RuntimeError(f"nginx: {words}") from None
                    time.sleep(0.02)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stderr.close()
        shutil.rmtree(self._scratch, ignore_errors=True)


class Authority:
    """A certificate authority with an intermediate, made by openssl in `folder`.

    .root    PEM file of the root       .chain(leaf)  PEM file: leaf and intermediate
    """

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "index.txt").write_text("")
        (self.folder / "ca.cnf").write_text(
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n"
            "rand_serial=yes\nunique_subject=no\n[p]\ncommonName=supplied\n"
            "[ca_ext]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n")
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem",
                      "-days", "90", "-subj", "/CN=Station Root")
        self.root = self.folder / "root.pem"
        self._request("middle", "Station Intermediate")
        self._sign("middle", "root", "20200101000000Z", "20400101000000Z", "ca_ext")

    def _openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True, timeout=60)

    def _request(self, name, subject):
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                      "-subj", f"/CN={subject}")

    def _sign(self, name, issuer, start, end, extensions):
        self._openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", f"{issuer}.pem", "-keyfile",
                      f"{issuer}.key", "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate", start, "-enddate",
                      end, "-extensions", extensions)

    def leaf(self, name, names="DNS:localhost,IP:127.0.0.1", start=-10, end=60):
        """Makes <name>.pem, <name>.key and <name>-chain.pem, good from `start` to `end` (days from now)."""
        with open(self.folder / "ca.cnf", "a") as config:
            config.write(f"[{name}]\nsubjectAltName={names}\n")
        at = [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * 86400)) for days in (start, end)]
        self._request(name, "logbook.test")
        self._sign(name, "middle", *at, name)
        text = (self.folder / f"{name}.pem").read_text() + (self.folder / "middle.pem").read_text()
        (self.folder / f"{name}-chain.pem").write_text(text)

    def self_signed(self, name):
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out",
                      f"{name}.pem", "-days", "60", "-subj", "/CN=logbook.test", "-addext",
                      "subjectAltName=DNS:localhost")

    def lines(self, certificate, key):
        """The two lines of nginx's configuration."""
        return f"ssl_certificate {self.folder}/{certificate}.pem;\nssl_certificate_key {self.folder}/{key}.key;\n"
