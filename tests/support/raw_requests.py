"""Requests as raw bytes that two readers might read in two ways: what stands between them must never be two answers to one
request, nor another's."""

SMUGGLED = b"GET /smuggled-%(n)d HTTP/1.1\r\nHost: x\r\nX-Request-ID: smuggled-%(n)d\r\n\r\n"
CHUNKED = b"0\r\n\r\n"


def post(headers, body=b""):
    return b"POST /outer-%(n)d HTTP/1.1\r\nHost: x\r\nX-Request-ID: outer-%(n)d\r\n" + headers + b"\r\n" + body


def get(headers=b"", line_end=b"\r\n"):
    return (b"GET /outer-%(n)d HTTP/1.1\r\nHost: x\r\nX-Request-ID: outer-%(n)d\r\n" + headers + b"\r\n").replace(
        b"\r\n", line_end)


def declared(body):
    """The body's length stands in the template's place only once it is filled in."""
    return body.replace(b"%(n)d", b"%(n)04d")


BODY = declared(CHUNKED + SMUGGLED)
LENGTH = len(BODY % {b"n": 1})
CL = b"Content-Length: "
TE = b"Transfer-Encoding: "
# (name, bytes, status from serve itself, whether the inner request is one of its own right; None: for nginx it is,
# since it takes a bare LF for the end of a chunk's line, and passes both on in its own words)
CASES = [
    ("a body", post(CL + b"3\r\n", b"abc"), "404", False),
    ("a whole request as a body", post(CL + b"%d\r\n" % LENGTH, BODY), "404", False),
    ("a request after a body", post(CL + b"3\r\n", b"abc" + SMUGGLED), "404", True),
    ("chunks", post(TE + b"chunked\r\n", b"3\r\nabc\r\n" + CHUNKED), "404", False),
    ("a request after chunks", post(TE + b"chunked\r\n", CHUNKED + SMUGGLED), "404", True),
    ("length and chunks", post(CL + b"%d\r\n" % LENGTH + TE + b"chunked\r\n", BODY), "400", False),
    ("chunks and length", post(TE + b"chunked\r\n" + CL + b"5\r\n", BODY), "400", False),
    ("two lengths", post(CL + b"3\r\n" + CL + b"%d\r\n" % LENGTH, BODY), "400", False),
    ("two equal lengths", post(CL + b"%d\r\n" % LENGTH * 1 + CL + b"%d\r\n" % LENGTH, BODY), "400", False),
    ("a list of lengths", post(CL + b"3, %d\r\n" % LENGTH, BODY), "400", False),
    ("a signed length", post(CL + b"+%d\r\n" % LENGTH, BODY), "400", False),
    ("a length that wraps", post(CL + b"18446744073709551621\r\n", BODY), "413", False),
    ("xchunked", post(TE + b"xchunked\r\n" + CL + b"%d\r\n" % LENGTH, BODY), "400", False),
    ("chunked twice", post(TE + b"chunked\r\n" + TE + b"chunked\r\n", BODY), "400", False),
    ("chunked, identity", post(TE + b"chunked, identity\r\n", BODY), "501", False),
    ("identity", post(TE + b"identity\r\n" + CL + b"%d\r\n" % LENGTH, BODY), "400", False),
    ("a blank before the colon", post(b"Transfer-Encoding : chunked\r\n" + CL + b"%d\r\n" % LENGTH, BODY), "400", False),
    ("a tab before the value", post(b"Transfer-Encoding:\tchunked\r\n" + CL + b"%d\r\n" % LENGTH, BODY), "400", False),
    ("a vertical tab", post(TE + b"\x0bchunked\r\n" + CL + b"%d\r\n" % LENGTH, BODY), "400", False),
    ("a folded coding", post(b"Transfer-Encoding:\r\n chunked\r\n" + CL + b"%d\r\n" % LENGTH, BODY), "400", False),
    ("a folded length", post(CL + b"3\r\n 0\r\n", BODY), "400", False),
    ("a coding hidden by a bare LF", post(b"A: b\nTransfer-Encoding: chunked\r\n" + CL + b"%d\r\n" % LENGTH, BODY), "400",
     False),
    ("a coding hidden by a bare CR", post(b"A: b\rTransfer-Encoding: chunked\r\n" + CL + b"%d\r\n" % LENGTH, BODY), "400",
     False),
    ("bare LF throughout", get(line_end=b"\n"), "400", False),
    ("chunk extensions", post(TE + b"chunked\r\n", b"3;a=b;c=\"d\"\r\nabc\r\n" + CHUNKED), None, False),
    ("a chunk extension with a bare LF", post(TE + b"chunked\r\n", b"3;a\nabc\r\n" + CHUNKED + SMUGGLED), "400", None),
    ("a chunk size beyond all numbers", post(TE + b"chunked\r\n", b"fffffffffffffffff\r\nabc\r\n" + SMUGGLED), None, False),
    ("a chunk size of -1", post(TE + b"chunked\r\n", b"ffffffffffffffff\r\nabc\r\n" + SMUGGLED), None, False),
    ("a signed chunk size", post(TE + b"chunked\r\n", b"-1\r\nabc\r\n" + SMUGGLED), "400", False),
    ("a chunk size with 0x", post(TE + b"chunked\r\n", b"0x3\r\nabc\r\n" + CHUNKED + SMUGGLED), "400", False),
    ("a chunk longer than its size", post(TE + b"chunked\r\n", b"2\r\nabc\r\n" + CHUNKED + SMUGGLED), "400", False),
    ("two hosts", get(b"Host: y\r\n"), "400", False),
    ("a body with GET", get(CL + b"%d\r\n" % LENGTH) + BODY, "404", False),
]

# A request whose framing is said twice, or in words that somebody else may read otherwise.
CODINGS = [b"chunked", b"Chunked", b"CHUNKED", b"chunked,", b",chunked", b"chunked, chunked", b"gzip, chunked", b"chunked;q=1",
           b'"chunked"', b"chunked\x00", b"chun ked", b"identity, chunked", b"", b"chunked\x0c", b"\xe2\x80\x8bchunked", b"deflate"]
PLAINLY = (b"chunked", b"Chunked", b"CHUNKED")
for coding in CODINGS:
    for length in (None, b"0", b"3", b"%d" % LENGTH):
        alone = length is None
        headers = TE + coding + b"\r\n" + (b"" if alone else CL + length + b"\r\n")
        fine = alone and coding in PLAINLY
        CASES.append((f"coding {coding!r}, length {length!r}", post(headers, BODY), "404" if fine else "refused",
                      True if fine else None if alone else False))

for length in (b"03", b" 3", b"3 ", b"+3", b"-3", b"3.0", b"0x3", b"3,3", b"3;", b"3 3", b"", b"abc", b"3\x00", b"\xd9\xa3", b"3_0", b"1e1",
               b"99999999999999999999", b"-0", b"\x0b3"):
    fine = length in (b"03", b" 3", b"3 ")
    CASES.append((f"length {length!r}", post(CL + length + b"\r\n", b"abc" + SMUGGLED), "404" if fine else "refused",
                  True if fine else None))

for line in (b"003\r\n", b"3 \r\n", b" 3\r\n", b"3\t\r\n", b"+3\r\n", b"g\r\n", b"\r\n", b"3,\r\n", b"3 3\r\n", b"3\n", b"3\r", b"3\r\r\n",
             b"3;\x00\r\n", b"3;a=\"\r\n\"\r\n", b"0000000000000000000000003\r\n", b"3" + b";a" * 5000 + b"\r\n"):
    CASES.append((f"chunk size {line[:20]!r}", post(TE + b"chunked\r\n", line + b"abc\r\n" + CHUNKED + SMUGGLED),
                  "404" if line == b"003\r\n" else "refused", True if line == b"003\r\n" else None))
for end in (b"abc\n", b"abc\r", b"abc", b"ab\r\n", b"abc\r\n\r\n"):
    CASES.append((f"chunk data {end!r}", post(TE + b"chunked\r\n", b"3\r\n" + end + CHUNKED + SMUGGLED), "refused", None))
for last in (b"0\n\n", b"0\r\n\n", b"0\r\nbad trailer\r\n\r\n", b"0\r\nA: b\n\r\n", b"0\r\nA: b\r\n c\r\n\r\n", b"0\r\nA\x00: b\r\n\r\n"):
    CASES.append((f"last chunk {last!r}", post(TE + b"chunked\r\n", last + SMUGGLED), "refused", None))
CASES.append(("three zeros for the last chunk", post(TE + b"chunked\r\n", b"000\r\n\r\n" + SMUGGLED), "404", True))

# Lines of the head.
HOST = b"Host: x\r\nX-Request-ID: outer-%(n)d\r\n\r\n"
for line in (b"GET  /outer-%(n)d HTTP/1.1", b"GET\t/outer-%(n)d HTTP/1.1", b"GET /outer-%(n)d HTTP/1.2", b"GET /outer-%(n)d HTTP/2.0",
             b"GET /outer-%(n)d HTTP/0.9", b"GET /outer-%(n)d http/1.1", b"GET /outer-%(n)d HTTP/1.1 ", b"GET /outer-%(n)d HTTP/01.1",
             b"GET /outer-%(n)d HTTP/1.1\x00", b"GET /outer\x00-%(n)d HTTP/1.1", b"GET outer-%(n)d HTTP/1.1", b"GET /outer-%(n)d\x7f HTTP/1.1",
             b" GET /outer-%(n)d HTTP/1.1", b"G(T /outer-%(n)d HTTP/1.1", b"GET /outer-%(n)d HTTP/1.1\r", b"GET /outer %(n)d HTTP/1.1"):
    CASES.append((f"line {line!r}", line + b"\r\n" + HOST + SMUGGLED, "refused", None))
for field in (b"no colon", b": no name", b"A B: c", b"A\x00: b", b"A: \x00", b"A: \x7f", b"A: b\rc", b"A\r: b", b"\xc3\xa4: b", b"A: b\r\n c",
              b"Host: x", b"Host: y", b"(A): b"):
    CASES.append((f"field {field!r}", get(field + b"\r\n") + SMUGGLED, "refused", None))
for host in (b"", b"Host: \r\n", b"Host: x, y\r\n", b"Host: user@x\r\n", b"Host: x/y\r\n", b"Host: x y\r\n"):
    CASES.append((f"host {host!r}", b"GET /outer-%(n)d HTTP/1.1\r\n" + host + b"X-Request-ID: outer-%(n)d\r\n\r\n" + SMUGGLED, "refused", None))
CASES.append(("chunks in HTTP/1.0", b"POST /outer-%(n)d HTTP/1.0\r\nHost: x\r\n" + TE + b"chunked\r\nConnection: keep-alive\r\n\r\n" + BODY, "refused",
              None))
CASES.append(("an expectation that is unknown", get(b"Expect: 200-ok\r\n"), "417", False))
