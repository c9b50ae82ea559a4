"""A throw-away stack of the API: MariaDB and Redis of its own, the core's tables, and `logbookctl serve` on free ports.

`with ApiStack() as stack:` … Organizations, roles and members are put in by SQL, as the application would have left them."""

import base64
import ctypes
import hashlib
import hmac
import http.client
import json
import pathlib
import random
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid

import redisserver
from mariadb import MariaDb
from openapi_contract import Contract
from program import LOGBOOKCTL, SOURCE, clean_environment
from redisserver import RedisServer

DATABASE = "the_logbook"
SECRET_KEY = "5f0c1a9d7e3b42886d10cf5a97be34d2885ab0c1d2e3f40516273849a5b6c7d8"
PASSWORD = "Rosenb4um!Feuer#82"  # of every member that names no other
MEMBER = ["members.view", "organization.view", "training.view", "inventory.view"]

_argon2 = ctypes.CDLL("libargon2.so.1")
_argon2.argon2id_hash_encoded.argtypes = [ctypes.c_uint32] * 3 + [ctypes.c_char_p, ctypes.c_size_t] * 2 + [
    ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
_hashes = {}
_contracts = {}  # port → what the server there promises


def hash_password(password, memory=65536, passes=3, lanes=4):
    """The PHC string that the application would store; made once for each password."""
    key = (password, memory, passes, lanes)
    if key not in _hashes:
        text, salt = password.encode(), secrets.token_bytes(16)
        encoded = ctypes.create_string_buffer(256)
        size = ctypes.c_size_t
        code = _argon2.argon2id_hash_encoded(passes, memory, lanes, text, size(len(text)), salt, size(len(salt)), size(32), encoded, size(256))
        assert code == 0, code
        _hashes[key] = encoded.value.decode()
    return _hashes[key]


def quoted(value):
    """A SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, (list, dict)):
        value = json.dumps(value)
    if isinstance(value, (bool, int)):
        return str(int(value))
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def insert(table, **columns):
    names = ", ".join(f"`{name}`" for name in columns)
    return f"INSERT INTO `{table}` ({names}) VALUES ({', '.join(map(quoted, columns.values()))});"


def _part(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


def signed_token(claims, key=SECRET_KEY, header=None):
    """A token as anybody could make it who knows the key."""
    text = _part(header or {"alg": "HS256", "typ": "JWT"}) + "." + _part(claims)
    return text + "." + _part(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest())


class Answer:
    """.status  .headers (names lower)  .cookies {name: value}  .set_cookies [text]  .body (parsed)  .text"""

    def __init__(self, reply, text):
        self.status = reply.status
        self.headers = {name.lower(): value for name, value in reply.getheaders()}
        self.set_cookies = [value for name, value in reply.getheaders() if name.lower() == "set-cookie"]
        self.cookies = dict(text.split(";")[0].split("=", 1) for text in self.set_cookies)
        self.text = text.decode()
        self.body = json.loads(text) if text and "json" in self.headers.get("content-type", "") else None

    @property
    def detail(self):
        return self.body["detail"]

    @property
    def code(self):
        return self.body["code"]


class Client:
    """A browser of one person: keeps cookies, repeats the CSRF token, and has an address of its own, so that the limits of one
    test do not meet another. Every answer is held against the server's own /openapi.json. Not thread-safe."""

    def __init__(self, port, address=None, bearer=None):
        self.port, self.cookies, self.bearer = port, {}, bearer
        self.address = address or "10.%d.%d.%d" % tuple(random.randrange(1, 255) for _ in range(3))
        self._connection = None

    def request(self, method, path, body=None, headers=None, csrf=True, timeout=30):
        if path.startswith("/") and not path.startswith(("/health", "/docs", "/redoc", "/openapi", "/api/")):
            path = "/api/v1" + path
        sent = {"X-Forwarded-For": self.address}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if csrf and self.cookies.get("csrf_token"):
            sent["X-CSRF-Token"] = self.cookies["csrf_token"]
        if self.bearer:
            sent["Authorization"] = f"Bearer {self.bearer}"
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = body if isinstance(body, (bytes, str)) else json.dumps(body)
        sent.update(headers or {})
        for last in (False, True):
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
                last = True  # a fresh connection that fails is a failure, not a stale one
            try:
                self._connection.request(method, path, body, sent)
                reply = self._connection.getresponse()
                answer = Answer(reply, reply.read())
                break
            except (ConnectionError, http.client.BadStatusLine):
                self._connection.close()
                self._connection = None
                if last:
                    raise
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        if method != "HEAD" and self.port in _contracts:
            _contracts[self.port].check(method, path, answer.status, answer.body)
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        return answer

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body, **options)

    def put(self, path, body=None, **options):
        return self.request("PUT", path, body, **options)

    def patch(self, path, body=None, **options):
        return self.request("PATCH", path, body, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def login(self, username, password=PASSWORD):
        return self.post("/auth/login", {"username": username, "password": password})

    def close(self):
        if self._connection:
            self._connection.close()
            self._connection = None

    __del__ = close


class Server:
    """One running `logbookctl serve`; .port  .log (grows)  .process"""

    STARTED = re.compile(r"Server started on port (\d+) \(worker PID \d+\)")

    def __init__(self, settings, folder, *options):
        self.log = ""
        self.process = subprocess.Popen([LOGBOOKCTL, "serve", "--port", "0", "--db-retries", "3", *options], cwd=folder,
                                        env=clean_environment(**settings), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, errors="replace")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = int(self.wait_for(self.STARTED).group(1))
        _contracts.pop(self.port, None)
        document = Client(self.port).get("/openapi.json")
        if document.status == 200:
            _contracts[self.port] = Contract(document.body)

    def _read(self):
        for line in self.process.stderr:
            self.log += line

    def wait_for(self, pattern, seconds=30):
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.log)):
            if time.monotonic() > end or (self.process.poll() is not None and not self._reader.is_alive()):
                raise AssertionError(f"{pattern!r} did not come:\n{self.log}")
            time.sleep(0.02)
        return found

    def stop(self, number=signal.SIGTERM, seconds=20):
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(5)
        self.process.stderr.close()
        return self.process.returncode


class ApiStack:
    """.database (MariaDb)  .cache (RedisServer)  .servers  .settings  .organization (id of the first)  .admin (its id).

    `options` go to mariadbd; `settings` to every server. `load=False` leaves the database empty, `serve=False` starts no
    server."""

    def __init__(self, *options, load=True, serve=True, **settings):
        self._options, self._load, self._serve, self._changes = options, load, serve, settings

    def __enter__(self):
        self.servers, self._entered = [], []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="logbook-api-"))
        try:
            self.database = self._enter(MariaDb(*self._options))
            self.cache = self._enter(RedisServer())
            self.settings = {
                "DB_HOST": "127.0.0.1", "DB_PORT": str(self.database.port), "DB_NAME": DATABASE, "DB_USER": "logbook",
                "DB_PASSWORD": "databasePassword1234", "REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(self.cache.port),
                "REDIS_PASSWORD": redisserver.PASSWORD, "SECRET_KEY": SECRET_KEY, "ENCRYPTION_KEY": SECRET_KEY[::-1],
                "ENCRYPTION_SALT": SECRET_KEY[:32], "TRUSTED_PROXY_IPS": "127.0.0.1", **self._changes}
            self.database.sql(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
                              f"CREATE USER 'logbook'@'%' IDENTIFIED BY '{self.settings['DB_PASSWORD']}';"
                              f"GRANT ALL ON {DATABASE}.* TO 'logbook'@'%';")
            if self._load:
                self.database.sql(f"USE {DATABASE};" + (SOURCE / "lib/logbook/backend/migrations/core_0001.sql").read_text()
                                  + "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);"
                                  "INSERT IGNORE INTO alembic_version VALUES ('core_0001');")
                self.organization = self.new_organization("First Company")
                self.admin = self.new_member(self.organization, "admin", roles=["it_manager", "member"])
            if self._serve:
                self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.stop()
        for one in reversed(self._entered):
            one.__exit__(None, None, None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _enter(self, one):
        one.__enter__()
        self._entered.append(one)
        return one

    def start(self, *options, **changes):
        server = Server({**self.settings, **changes}, self.folder, *options)
        self.servers.append(server)
        return server

    @property
    def server(self):
        return self.servers[0]

    def client(self, username=None, password=PASSWORD, server=None, **options):
        """A client; signed in when a name is given."""
        client = Client((server or self.server).port, **options)
        if username:
            answer = client.login(username, password)
            assert answer.status == 200, (answer.status, answer.text)
        return client

    def sql(self, text):
        """Rows as lists of text; NULL is None."""
        lines = self.database.sql(f"USE {DATABASE}; SET NAMES utf8mb4; SET time_zone='+00:00'; {text}").splitlines()
        return [[None if cell == "NULL" else cell for cell in line.split("\t")] for line in lines[1:]]

    def one(self, text):
        return self.sql(text)[0][0]

    # What the application would have left in the tables.
    def new_organization(self, name, settings=None, **columns):
        organization = str(uuid.uuid4())
        self.sql(insert("organizations", id=organization, name=name, slug=organization[:8], timezone="America/New_York",
                        settings=settings or {}, updated_at="2026-01-01 00:00:00",
                        **{"active": 1, "created_at": "2026-01-01 00:00:00", **columns})
                 + self._role(organization, "IT Manager", "it_manager", ["*"], priority=100, is_system=1)
                 + self._role(organization, "Member", "member", MEMBER, priority=10, is_system=1))
        return organization

    def _role(self, organization, name, slug, permissions, priority=0, is_system=0):
        return insert("positions", id=str(uuid.uuid4()), organization_id=organization, name=name, slug=slug, description=None,
                      permissions=permissions, is_system=is_system, priority=priority, created_at="2026-01-01 00:00:00",
                      updated_at="2026-01-01 00:00:00")

    def new_role(self, organization, name, permissions, priority=0):
        slug = re.sub("[^a-z0-9]+", "_", name.lower())
        self.sql(self._role(organization, name, slug, permissions, priority))
        return self.role(organization, slug)

    def role(self, organization, slug):
        """Its id."""
        return self.one(f"SELECT id FROM positions WHERE organization_id={quoted(organization)} AND slug={quoted(slug)}")

    def new_member(self, organization, username, roles=("member",), password=PASSWORD, **columns):
        return self.new_members(organization, [{"username": username, **columns}], roles, password)[0]

    def new_members(self, organization, members, roles=("member",), password=PASSWORD):
        text, ids = "", []
        for member in members:
            ids.append(str(uuid.uuid4()))
            row = {"id": ids[-1], "organization_id": organization, "email": f"{member['username']}@station.example.org",
                   "password_hash": hash_password(password) if password else None, "first_name": member["username"].title(),
                   "last_name": "Tester", "status": "active", "membership_type": "active", "address_country": "USA",
                   "emergency_contacts": [], "notification_preferences": {}, "email_verified": 0, "mfa_enabled": 0,
                   "failed_login_attempts": 0, "created_at": "2026-01-01 00:00:00", "updated_at": "2026-01-01 00:00:00", **member}
            text += insert("users", **row)
            for slug in roles:
                text += (f"INSERT INTO user_positions (user_id, position_id, assigned_at) SELECT {quoted(ids[-1])}, id, "
                         f"'2026-01-01 00:00:00' FROM positions WHERE organization_id={quoted(organization)} "
                         f"AND slug={quoted(slug)};")
        self.sql(text)
        return ids

    def new_session(self, user, lifetime=1800, **columns):
        """A token with its row, without a sign-in."""
        now = int(time.time())
        username, organization = self.sql(f"SELECT username, organization_id FROM users WHERE id={quoted(user)}")[0]
        claims = {"sub": user, "username": username, "org_id": organization, "iat": now, "exp": now + lifetime}
        token = signed_token({**claims, "type": "access", "jti": secrets.token_urlsafe(16)})
        refresh = signed_token({**claims, "exp": now + 604800, "type": "refresh", "jti": secrets.token_urlsafe(16)})
        at = lambda seconds: time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now + seconds))
        self.sql(insert("sessions", **{"id": str(uuid.uuid4()), "user_id": user, "token": token, "refresh_token": refresh,
                                       "expires_at": at(lifetime), "created_at": at(0), "last_activity": at(0), **columns}))
        return token

    def bearer(self, user, server=None, **columns):
        """A client with such a token."""
        return Client((server or self.server).port, bearer=self.new_session(user, **columns))

    def verify_chain(self):
        """The number of audit rows, each checked against the one before it, as the application's own verification would."""
        fields = ["timestamp", "timestamp_nanos", "event_type", "user_id", "organization_id", "ip_address", "event_data",
                  "previous_hash", "current_hash", "hash_version"]
        rows = self.sql(f"SELECT JSON_ARRAY({', '.join(f'`{f}`' for f in fields if f != 'event_data')}, "
                        "TO_BASE64(event_data)) FROM audit_logs ORDER BY id")
        previous = "0" * 64
        for (text,) in rows:
            row = json.loads(text.replace("\\\\", "\\"))
            values = dict(zip([f for f in fields if f != "event_data"] + ["event_data"], row))
            data = json.loads(base64.b64decode(values["event_data"]))
            stamp = values["timestamp"][:19].replace(" ", "T") + ".000000+00:00"
            signed = "|".join([stamp, str(values["timestamp_nanos"]), values["event_type"], str(values["user_id"]),
                               str(values["organization_id"]), str(values["ip_address"]), json.dumps(data, sort_keys=True),
                               values["previous_hash"]])
            assert values["hash_version"] == 3, values
            assert values["previous_hash"] == previous, values
            expected = hmac.new(SECRET_KEY.encode(), signed.encode(), hashlib.sha256).hexdigest()
            assert values["current_hash"] == expected, (values, signed)
            previous = values["current_hash"]
        return len(rows)
