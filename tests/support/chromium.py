"""A headless Chromium, spoken to over a pipe in its DevTools protocol: what a page logs, what it asks for, and what its
scripts see. `with Chromium() as browser: browser.open(url)`."""

import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

PROGRAM = shutil.which("chromium")


class Chromium:
    """.requests  addresses that were asked for     .failures  requests that did not come to a good end
    .complaints  console errors, uncaught exceptions, and what a Content-Security-Policy forbade"""

    def __enter__(self):
        self._home = tempfile.mkdtemp(prefix="logbook-chromium-")
        to_browser, ours_out = os.pipe()
        ours_in, from_browser = os.pipe()
        self._out, self._in = ours_out, ours_in

        # The browser reads commands from descriptor 3 and writes to 4.
        def wire():
            os.dup2(to_browser, 100)
            os.dup2(from_browser, 101)
            os.dup2(100, 3)
            os.dup2(101, 4)

        self._process = subprocess.Popen(
            [PROGRAM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
             f"--user-data-dir={self._home}/profile", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=wire,
            close_fds=False, start_new_session=True, env={**os.environ, "HOME": self._home})
        os.close(to_browser)
        os.close(from_browser)
        self._buffer, self._number, self._session = b"", 0, None
        self.requests, self.failures, self.complaints = [], [], []
        self._loaded = False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait(10)
        os.close(self._out)
        os.close(self._in)
        shutil.rmtree(self._home, ignore_errors=True)

    def call(self, method, **params):
        """One command; its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        number, end = self._number, time.monotonic() + 30
        while True:
            reply = self._read(end)
            if reply is None:
                raise AssertionError(f"{method}: no answer from the browser")
            if reply.get("id") == number:
                if "error" in reply:
                    raise AssertionError(f"{method}: {reply['error']}")
                return reply["result"]

    def _read(self, end):
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0, end - time.monotonic()))
            if not ready:
                return None
            data = os.read(self._in, 1 << 20)
            if not data:
                raise AssertionError("the browser ended")
            self._buffer += data
        text, _, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(text)
        self._note(message.get("method"), message.get("params", {}))
        return message

    def _note(self, event, of):
        if event == "Network.requestWillBeSent":
            self.requests.append(of["request"]["url"])
        elif event == "Network.loadingFailed":
            self.failures.append(of.get("blockedReason") or of["errorText"])
        elif event == "Network.responseReceived" and of["response"]["status"] >= 400:
            self.failures.append(f"{of['response']['status']} {of['response']['url']}")
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(of["exceptionDetails"].get("exception", {}).get("description")
                                   or of["exceptionDetails"]["text"])
        elif event == "Runtime.consoleAPICalled" and of["type"] in ("error", "assert"):
            self.complaints.append(json.dumps([arg.get("value", arg.get("description")) for arg in of["args"]]))
        elif event == "Log.entryAdded" and of["entry"]["level"] == "error":
            self.complaints.append(of["entry"]["text"])
        elif event == "Page.loadEventFired":
            self._loaded = True

    def open(self, url, seconds=30):
        self._loaded = False
        self.call("Page.navigate", url=url)
        end = time.monotonic() + seconds
        while not self._loaded:
            if self._read(end) is None:
                raise AssertionError(f"{url} was not loaded in {seconds} s")

    def run(self, script):
        """The value of an expression, awaited where it is a promise."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise AssertionError(f"{script}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def wait_for(self, script, seconds=30):
        """Asks until the expression's value is true; returns it."""
        end = time.monotonic() + seconds
        while not (value := self.run(script)):
            if time.monotonic() > end:
                raise AssertionError(f"{script} did not become true; the page says {self.text()[:2000]!r}; "
                                     f"complaints {self.complaints}")
            self._read(time.monotonic() + 0.05)
        return value

    def text(self):
        return self.run("document.body.innerText")
