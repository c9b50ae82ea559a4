"""The C ABI as a Python program uses it: `with Api(settings) as api: api.request("GET", "/health")`."""

import ctypes
import json
import os
from ctypes import POINTER, byref, c_char, c_char_p, c_int, c_size_t, c_uint16, c_uint32, c_void_p


class Pair(ctypes.Structure):  # logbook_setting, logbook_header
    _fields_ = [("name", c_char_p), ("value", c_char_p)]


LOG = ctypes.CFUNCTYPE(None, c_void_p, c_char_p, c_char_p)


class Options(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("env_file", c_char_p), ("settings", POINTER(Pair)), ("setting_count", c_size_t),
                ("log", LOG), ("log_user", c_void_p)]


class Request(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("method", c_char_p), ("target", c_char_p), ("headers", POINTER(Pair)),
                ("header_count", c_size_t), ("body", POINTER(c_char)), ("body_size", c_size_t), ("peer", c_char_p)]


lib = ctypes.CDLL(os.environ["LIBLOGBOOK"])
lib.logbook_version.restype = lib.logbook_error.restype = c_char_p
lib.logbook_open.argtypes = [POINTER(Options), POINTER(c_void_p)]
lib.logbook_close.argtypes = [c_void_p]
lib.logbook_close.restype = None
lib.logbook_handle.argtypes = [c_void_p, POINTER(Request), POINTER(c_void_p)]
lib.logbook_response_status.argtypes = lib.logbook_response_header_count.argtypes = [c_void_p]
lib.logbook_response_header_count.restype = c_size_t
for name in ("logbook_response_header_name", "logbook_response_header_value"):
    getattr(lib, name).argtypes, getattr(lib, name).restype = [c_void_p, c_size_t], c_char_p
lib.logbook_response_body.argtypes, lib.logbook_response_body.restype = [c_void_p, POINTER(c_size_t)], c_void_p
lib.logbook_response_free.argtypes, lib.logbook_response_free.restype = [c_void_p], None
lib.logbook_listen.argtypes = [c_void_p, c_char_p, c_uint16, POINTER(c_uint16)]
lib.logbook_doctor.argtypes = [c_char_p, c_uint32, POINTER(c_void_p)]
lib.logbook_free.argtypes, lib.logbook_free.restype = [c_void_p], None


class Failure(Exception):
    def __init__(self, number):
        self.number, self.words = number, lib.logbook_error().decode()
        super().__init__(f"{number}: {self.words}")


def checked(number):
    if number != 0:
        raise Failure(number)


def pairs(items):
    return (Pair * len(items))(*[Pair(name.encode(), value.encode()) for name, value in items])


class Reply:
    """.status  .headers [(name, value)]  .data (bytes)"""

    def __init__(self, handle):
        self.status = lib.logbook_response_status(handle)
        self.headers = [(lib.logbook_response_header_name(handle, i).decode(), lib.logbook_response_header_value(handle, i).decode())
                        for i in range(lib.logbook_response_header_count(handle))]
        size = c_size_t()
        at = lib.logbook_response_body(handle, byref(size))
        self.data = ctypes.string_at(at, size.value)
        assert ctypes.string_at(at + size.value, 1) == b"\0"
        past = lib.logbook_response_header_count(handle)
        assert lib.logbook_response_header_name(handle, past) is None
        assert lib.logbook_response_header_value(handle, past) is None

    @property
    def body(self):
        return json.loads(self.data)


class Api:
    """.log [(level, line)]"""

    def __init__(self, settings, env_file=None):
        self.log = []
        self._callback = LOG(lambda _, level, line: self.log.append((level.decode(), line.decode())))
        given = pairs(list(settings.items()))
        options = Options(ctypes.sizeof(Options), os.fsencode(env_file) if env_file else None, given, len(given), self._callback, None)
        self.handle = c_void_p()
        checked(lib.logbook_open(byref(options), byref(self.handle)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        lib.logbook_close(self.handle)
        self.handle = None

    def request(self, method, target, body=None, headers=(), peer=None):
        given = pairs([*headers, *([("Content-Type", "application/json")] if body is not None else [])])
        data = json.dumps(body).encode() if body is not None else None
        request = Request(ctypes.sizeof(Request), method.encode(), target.encode(), given, len(given),
                          ctypes.create_string_buffer(data, len(data)) if data else None, len(data or b""),
                          peer.encode() if peer else None)
        response = c_void_p()
        checked(lib.logbook_handle(self.handle, byref(request), byref(response)))
        try:
            return Reply(response)
        finally:
            lib.logbook_response_free(response)

    def listen(self, address="127.0.0.1", port=0):
        bound = c_uint16()
        checked(lib.logbook_listen(self.handle, address.encode(), port, byref(bound)))
        return bound.value


def doctor(folder, milliseconds=10_000):
    text = c_void_p()
    checked(lib.logbook_doctor(os.fsencode(folder), milliseconds, byref(text)))
    try:
        return json.loads(ctypes.string_at(text))
    finally:
        lib.logbook_free(text)
