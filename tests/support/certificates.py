"""An authority of one's own and certificates signed by it, made with the openssl program."""

import pathlib
import subprocess


def _openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=60)


def make(folder, names=("DNS:localhost", "IP:127.0.0.1")):
    """ca.pem, cert.pem and key.pem in a folder that a server may read; returns the folder."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-days", "30",
             "-subj", "/CN=Station authority")
    _openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key.pem", "-out", folder / "request.pem", "-subj",
             "/CN=localhost")
    (folder / "extensions").write_text(f"subjectAltName={','.join(names)}\n")
    _openssl("x509", "-req", "-in", folder / "request.pem", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial",
             "-out", folder / "cert.pem", "-days", "30", "-extfile", folder / "extensions")
    (folder / "key.pem").chmod(0o644)  # the server may run as another user; these keys guard nothing
    return folder


def fingerprint(certificate, kind="sha1"):
    """"AB:CD:…" """
    done = subprocess.run(["openssl", "x509", "-in", str(certificate), "-noout", "-fingerprint", f"-{kind}"], check=True,
                          capture_output=True, text=True, timeout=60)
    return done.stdout.strip().split("=", 1)[1]
